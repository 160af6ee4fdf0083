;; Code that leans on macros and on taking things apart.
(defmacro unless-zero [n #* body] `(if (= 0 ~n) 0 (do ~@body)))
(defmacro swap! [a b] `(setv [~a ~b] [~b ~a]))

(defn spread [point]
  (setv [x y] point)
  (+ (* 3 x) y))

(defn benchmark []
  (setv low 0 high 1 total 0)
  (for [i (range 40000)]
    (+= low i)
    (swap! low high)
    (+= total (unless-zero (% i 5) (spread [i low]))))
  (+ total low high))
