;; A deep stack whose top comes and goes.
(define (benchmark n)
  (let loop ((i 0) (stack '()))
    (cond ((= i n) (length stack))
          ((= 0 (mod i 3)) (loop (+ i 1) (cons i (cdr stack))))
          ((= 0 (mod i 7)) (loop (+ i 1) (cdr stack)))
          (else (loop (+ i 1) (cons i stack))))))
