;; Calls with three arguments, each of them a call.
(defn tak [x y z]
  (if (not (< y x))
      z
      (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))

(defn benchmark [] (tak 18 12 6))
