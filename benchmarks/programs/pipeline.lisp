;; Library functions threaded into a pipeline over a list of maps.
(define people
  (map (fn (i) {:name (str "person-" i) :age (+ 18 (mod (* i 7) 60)) :team (mod i 12)})
       (range 4000)))

(define (benchmark)
  (->> people
       (filter (fn (p) (> (:age p) 30)))
       (map (fn (p) (assoc p :senior (>= (:age p) 60))))
       (list/group-by (fn (p) (:team p)))
       (map/map-vals (fn (members) (list/sum (map (fn (p) (:age p)) members))))
       vals
       (list/sum)))
