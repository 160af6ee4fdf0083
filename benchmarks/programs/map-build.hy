;; A dictionary that grows key by key, and is read back.
(defn benchmark []
  (setv squares {})
  (for [i (range 20000)]
    (setv (get squares i) (* i i)))
  (setv total 0)
  (for [i (range 20000)]
    (+= total (get squares i)))
  (+ total (len squares)))
