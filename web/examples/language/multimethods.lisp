;;; title: One name, many methods
;;; about: What is done depends on the kind of thing.

(defmulti area :kind)
(defmethod area :circle (fn (s) (* pi (:r s) (:r s))))
(defmethod area :square (fn (s) (* (:a s) (:a s))))

(for-each
  (fn (shape) (println (:kind shape) (math/round-to (area shape) 2)))
  [{:kind :circle :r 1} {:kind :square :a 3}])
