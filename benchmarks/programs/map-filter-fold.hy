;; A sum over a filtered and changed range.
(defn benchmark []
  (sum (gfor x (range 150000)
             :if (= 0 (% x 3))
             (+ (* x x) 1))))
