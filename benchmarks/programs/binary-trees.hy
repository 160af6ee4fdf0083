;; Many small tuples that live shortly: trees built and walked.
(defn make-tree [depth]
  (if depth
      #((make-tree (- depth 1)) (make-tree (- depth 1)))
      #()))

(defn check [tree]
  (if tree (+ 1 (check (get tree 0)) (check (get tree 1))) 1))

(defn benchmark []
  (sum (gfor _ (range 8) (check (make-tree 11)))))
