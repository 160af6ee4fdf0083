;; A mutable array that grows, and is read by index.
(define (benchmark n)
  (let ((items (mutable-array/new)))
    (dotimes (i n) (mutable-array/push! items i))
    (let loop ((i 0) (total 0))
      (if (= i n) total (loop (+ i 1) (+ total (mutable-array/get items i)))))))
