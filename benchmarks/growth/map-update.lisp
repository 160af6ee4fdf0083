;; Counting in a map of 100 keys.
(define (benchmark n)
  (let loop ((i 0) (m {}))
    (if (= i n)
        (count m)
        (let ((key (mod i 100))) (loop (+ i 1) (assoc m key (+ 1 (get m key 0))))))))
