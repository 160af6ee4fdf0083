;; Integers halved and tripled: the longest chain below a limit.
(defn chain [n]
  (setv steps 1)
  (while (!= n 1)
    (setv n (if (= 0 (% n 2)) (// n 2) (+ (* 3 n) 1)))
    (+= steps 1))
  steps)

(defn benchmark []
  (setv best 0 start 0)
  (for [n (range 1 3000)]
    (setv steps (chain n))
    (when (> steps best)
      (setv best steps start n)))
  (+ (* 1000 start) best))
