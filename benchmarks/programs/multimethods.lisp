;; Multimethods: which function is called depends on a value.
(defmulti area (fn (shape) (:kind shape)))
(defmethod area :circle (fn (s) (* 3 (:radius s) (:radius s))))
(defmethod area :rectangle (fn (s) (* (:width s) (:height s))))
(defmethod area :square (fn (s) (* (:side s) (:side s))))
(defmethod area :default (fn (s) 1))

(define shapes
  (list {:kind :circle :radius 2} {:kind :rectangle :width 3 :height 4}
        {:kind :square :side 5} {:kind :line :length 9}))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 8000)
        total
        (loop (+ i 1) (foldl (fn (sum shape) (+ sum (area shape))) total shapes)))))
