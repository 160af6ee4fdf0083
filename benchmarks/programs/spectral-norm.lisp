;; Floats in nested loops over lists made by map.
(define (a i j)
  (/ 1.0 (+ (* (+ i j) (+ i j 1) 0.5) i 1.0)))

(define (multiply v n transposed)
  (map (fn (i)
         (let loop ((j 0) (rest v) (sum 0.0))
           (if (= j n)
               sum
               (loop (+ j 1)
                     (cdr rest)
                     (+ sum (* (if transposed (a j i) (a i j)) (car rest)))))))
       (range n)))

(define (step v n) (multiply (multiply v n #f) n #t))

(define (dot v w) (foldl + 0.0 (map * v w)))

(define (benchmark)
  (let ((n 40))
    (let loop ((k 0) (u (map (fn (i) 1.0) (range n))) (v '()))
      (if (= k 6)
          (int (* 1000000 (sqrt (/ (dot u v) (dot v v)))))
          (let ((v (step u n)))
            (loop (+ k 1) (step v n) v))))))
