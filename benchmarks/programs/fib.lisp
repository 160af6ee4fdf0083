;; Calls: the naive Fibonacci function, nothing but calls and small integers.
(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(define (benchmark) (fib 24))
