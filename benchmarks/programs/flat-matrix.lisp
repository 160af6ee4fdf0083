;; A matrix in one vector, multiplied with itself: items by computed index.
(define n 14)
(define a (list->vector (map (fn (i) (modulo (* i 31) 17)) (range (* n n)))))

(define (cell i j)
  (let loop ((k 0) (sum 0))
    (if (= k n)
        sum
        (loop (+ k 1) (+ sum (* (nth a (+ (* i n) k)) (nth a (+ (* k n) j))))))))

(define (benchmark)
  (foldl (fn (sum i) (foldl (fn (sum j) (+ sum (cell i j))) sum (range n))) 0 (range n)))
