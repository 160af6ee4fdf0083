;; Functions made by functions.
(import functools [reduce])

(defn compose [f g] (fn [x] (f (g x))))
(defn adder [n] (fn [x] (+ x n)))
(defn twice [f] (compose f f))

(defn benchmark []
  (setv pipeline (reduce (fn [f n] (compose (adder n) f)) (range 10) (twice (adder 1))))
  (sum (gfor i (range 10000) (pipeline i))))
