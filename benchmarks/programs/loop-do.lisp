;; `do`, one inside the other.
(define (benchmark)
  (do ((i 0 (+ i 1))
       (total 0 (do ((j 0 (+ j 1))
                     (sum total (+ sum (* i j))))
                    ((= j 500) sum))))
      ((= i 500) total)))
