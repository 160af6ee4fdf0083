;; A map that grows key by key.
(define (benchmark n)
  (let loop ((i 0) (m {}))
    (if (= i n) (count m) (loop (+ i 1) (assoc m i i)))))
