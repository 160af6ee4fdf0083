;; A loop with two variables.
(defn benchmark []
  (setv total 0)
  (for [i (range 500000)]
    (+= total (% i 7)))
  total)
