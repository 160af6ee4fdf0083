;; Matrices as lists of lists: multiplied row by column.
(define (make-matrix n seed)
  (map (fn (i) (map (fn (j) (mod (+ (* i seed) (* j 3)) 17)) (range n))) (range n)))

(define (transpose m) (apply map list m))

(define (dot row column) (foldl + 0 (map * row column)))

(define (multiply m k)
  (let ((columns (transpose k)))
    (map (fn (row) (map (fn (column) (dot row column)) columns)) m)))

(define (benchmark)
  (let ((product (multiply (make-matrix 32 5) (multiply (make-matrix 32 7) (make-matrix 32 11)))))
    (foldl + 0 (map (fn (row) (foldl + 0 row)) product))))
