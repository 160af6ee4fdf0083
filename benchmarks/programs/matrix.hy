;; Matrices as lists of lists.
(defn make-matrix [n seed]
  (lfor i (range n) (lfor j (range n) (% (+ (* i seed) (* j 3)) 17))))

(defn multiply [m k]
  (setv columns (list (zip #* k)))
  (lfor row m (lfor column columns (sum (gfor [a b] (zip row column) (* a b))))))

(defn benchmark []
  (setv product (multiply (make-matrix 32 5) (multiply (make-matrix 32 7) (make-matrix 32 11))))
  (sum (gfor row product (sum row))))
