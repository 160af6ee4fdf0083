;; All orders of seven things: append and map inside map.
(define (without x items)
  (cond ((null? items) '())
        ((= x (car items)) (cdr items))
        (else (cons (car items) (without x (cdr items))))))

(define (permutations items)
  (if (null? items)
      (list '())
      (flat-map (fn (x) (map (fn (rest) (cons x rest)) (permutations (without x items)))) items)))

(define (benchmark)
  (foldl (fn (sum p) (+ sum (* (car p) (last p)))) 0 (permutations '(1 2 3 4 5 6 7))))
