;; One loop inside the other.
(defn benchmark []
  (setv total 0)
  (for [i (range 500)]
    (for [j (range 500)]
      (+= total (* i j))))
  total)
