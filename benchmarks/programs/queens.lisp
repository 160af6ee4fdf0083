;; All ways to place queens on a board: lists, recursion and backtracking.
(define (safe? row distance placed)
  (cond ((null? placed) #t)
        ((= (car placed) row) #f)
        ((= (car placed) (+ row distance)) #f)
        ((= (car placed) (- row distance)) #f)
        (else (safe? row (+ distance 1) (cdr placed)))))

(define (place column size placed)
  (if (= column size)
      1
      (let loop ((row 0) (found 0))
        (cond ((= row size) found)
              ((safe? row 1 placed)
               (loop (+ row 1) (+ found (place (+ column 1) size (cons row placed)))))
              (else (loop (+ row 1) found))))))

(define (benchmark) (place 0 8 '()))
