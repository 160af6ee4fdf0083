;; Two counting loops, with a sum and a count on the side.
(defn benchmark []
  (setv total 0 hits 0)
  (for [i (range 150000)]
    (when (% i 2) (+= total i)))
  (for [i (range 150000)]
    (when (% i 3) (+= hits 1)))
  (+ total hits))
