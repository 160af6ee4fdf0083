;; `dotimes` and `for-range`, with a sum and a count on the side.
(define (benchmark)
  (let ((total 0) (hits 0))
    (dotimes (i 150000)
      (when (odd? i) (set! total (+ total i))))
    (for-range (i 0 150000)
      (unless (= 0 (mod i 3)) (set! hits (+ hits 1))))
    (+ total hits)))
