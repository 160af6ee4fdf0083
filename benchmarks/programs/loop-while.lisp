;; `while` with variables that are set.
(define (benchmark)
  (let ((i 0) (a 0) (b 1))
    (while (< i 200000)
      (let ((next (mod (+ a b) 1000003)))
        (set! a b)
        (set! b next)
        (set! i (+ i 1))))
    a))
