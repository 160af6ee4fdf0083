;; Closures that keep state of their own.
(define (make-counter step)
  (let ((n 0))
    (fn () (set! n (+ n step)) n)))

(define (make-account balance)
  (fn (action amount)
    (cond ((eq? action :deposit) (set! balance (+ balance amount)))
          ((eq? action :withdraw) (set! balance (- balance amount))))
    balance))

(define (benchmark)
  (let ((one (make-counter 1)) (three (make-counter 3)) (account (make-account 1000)))
    (let loop ((i 0))
      (if (< i 60000)
          (begin
            (one)
            (three)
            (account :deposit 5)
            (account :withdraw 3)
            (loop (+ i 1)))
          (+ (one) (three) (account :deposit 0))))))
