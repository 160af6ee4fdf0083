;; `while` with variables that are set.
(defn benchmark []
  (setv i 0 a 0 b 1)
  (while (< i 200000)
    (setv [a b] [b (% (+ a b) 1000003)])
    (+= i 1))
  a)
