;; A map that grows key by key, and is read back.
(define (benchmark)
  (let ((squares (let loop ((i 0) (m {}))
                   (if (= i 20000) m (loop (+ i 1) (assoc m i (* i i)))))))
    (let loop ((i 0) (total 0))
      (if (= i 20000)
          (+ total (count squares))
          (loop (+ i 1) (+ total (get squares i)))))))
