;;; title: A pipeline
;;; about: Filter, map and sort, read from top to bottom.

(define people
  [{:name "Ada" :born 1815 :field "mathematics"}
   {:name "Grace" :born 1906 :field "computing"}
   {:name "Alan" :born 1912 :field "computing"}
   {:name "Emmy" :born 1882 :field "mathematics"}])

(->> people
     (filter (fn (p) (> (:born p) 1850)))
     (sort-by :born)
     (map (fn (p) f"${(:name p)} (${(:born p)}, ${(:field p)})"))
     (for-each println))
