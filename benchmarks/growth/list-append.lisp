;; A list that grows at its end, and is read by index.
(define (benchmark n)
  (let ((items (let loop ((i 0) (made '()))
                 (if (= i n) made (loop (+ i 1) (append made (list i)))))))
    (let loop ((i 0) (total 0))
      (if (= i n) total (loop (+ i 1) (+ total (nth items i)))))))
