;; Deep calls: a call as the argument of a call.
(defn ack [m n]
  (cond (= m 0) (+ n 1)
        (= n 0) (ack (- m 1) 1)
        True (ack (- m 1) (ack m (- n 1)))))

(defn benchmark [] (+ (ack 2 160) (ack 3 5)))
