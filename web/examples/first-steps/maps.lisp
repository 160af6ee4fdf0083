;;; title: Maps
;;; about: Read, add, change and walk through a map.

(define book {:title "Dune" :year 1965 :tags ["desert" "spice"]})

(println (:title book) "came out in" (get book :year))
(define longer (assoc book :author "Frank Herbert"))
(define later (update-in longer [:year] (fn (y) (+ y 1))))

(for-each
  (fn (entry) (println (first entry) "→" (nth entry 1)))
  (map/entries later))
(keys later)
