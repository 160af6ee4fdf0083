;; Functions made by functions: composition, partial application, a list of closures.
(define (compose f g) (fn (x) (f (g x))))
(define (adder n) (fn (x) (+ x n)))
(define (twice f) (compose f f))

(define (benchmark)
  (let ((pipeline (foldl (fn (f n) (compose (adder n) f)) (twice (adder 1)) (range 10))))
    (let loop ((i 0) (total 0))
      (if (= i 10000)
          total
          (loop (+ i 1) (+ total (pipeline i)))))))
