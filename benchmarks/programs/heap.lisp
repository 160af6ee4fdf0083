;; A leftist heap of small vectors: items put in, merged and taken out in order.
(define (rank heap) (if (nil? heap) 0 (nth heap 0)))

(define (make-heap item left right)
  (if (< (rank left) (rank right))
      [(+ 1 (rank left)) item right left]
      [(+ 1 (rank right)) item left right]))

(define (merge-heaps one other)
  (cond ((nil? one) other)
        ((nil? other) one)
        ((< (nth one 1) (nth other 1))
         (make-heap (nth one 1) (nth one 2) (merge-heaps (nth one 3) other)))
        (else
         (make-heap (nth other 1) (nth other 2) (merge-heaps one (nth other 3))))))

(define (insert heap item) (merge-heaps [1 item nil nil] heap))
(define (smallest heap) (nth heap 1))
(define (remove-smallest heap) (merge-heaps (nth heap 2) (nth heap 3)))

(define (drain heap)
  (let loop ((heap heap) (place 1) (sum 0))
    (if (nil? heap)
        sum
        (loop (remove-smallest heap) (+ place 1) (+ sum (* place (smallest heap)))))))

(define (benchmark)
  (drain (foldl insert nil (map (fn (i) (modulo (* i 7919) 1009)) (range 250)))))
