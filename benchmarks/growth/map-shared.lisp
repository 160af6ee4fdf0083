;; A growing map of which old versions are kept: no version may change.
(define (benchmark n)
  (let loop ((i 0) (m {}) (old '()))
    (if (= i n)
        (+ (count m) (length old))
        (loop (+ i 1) (assoc m i i) (if (= 0 (mod i 100)) (cons m old) old)))))
