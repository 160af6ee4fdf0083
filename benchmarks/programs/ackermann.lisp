;; Deep calls: a call as the argument of a tail call.
(define (ack m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ack (- m 1) 1))
        (else (ack (- m 1) (ack m (- n 1))))))

(define (benchmark) (+ (ack 2 160) (ack 3 5)))
