;; The game of life on a board of vectors.
(define size 24)

(define (cell board y x)
  (nth (nth board (mod y size)) (mod x size)))

(define (neighbours board y x)
  (+ (cell board (- y 1) (- x 1)) (cell board (- y 1) x) (cell board (- y 1) (+ x 1))
     (cell board y (- x 1)) (cell board y (+ x 1))
     (cell board (+ y 1) (- x 1)) (cell board (+ y 1) x) (cell board (+ y 1) (+ x 1))))

(define (evolve board)
  (list->vector
    (map (fn (y)
           (list->vector
             (map (fn (x)
                    (let ((n (neighbours board y x)))
                      (cond ((= n 3) 1)
                            ((= n 2) (cell board y x))
                            (else 0))))
                  (range size))))
         (range size))))

(define (start)
  (list->vector
    (map (fn (y) (list->vector (map (fn (x) (if (= 0 (mod (+ (* y y 3) (* x 7)) 5)) 1 0)) (range size))))
         (range size))))

(define (benchmark)
  (let loop ((i 0) (board (start)))
    (if (= i 12)
        (foldl (fn (sum row) (+ sum (foldl + 0 row))) 0 board)
        (loop (+ i 1) (evolve board)))))
