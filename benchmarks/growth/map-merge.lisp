;; A map that grows by merging small ones into it.
(define (benchmark n)
  (let loop ((i 0) (m {}))
    (if (= i n) (count m) (loop (+ i 1) (merge m {i 1 :last i})))))
