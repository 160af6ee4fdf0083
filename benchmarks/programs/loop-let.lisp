;; A named let as a loop with two variables.
(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (< i 500000)
        (loop (+ i 1) (+ total (mod i 7)))
        total)))
