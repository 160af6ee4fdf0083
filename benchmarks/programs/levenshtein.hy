;; The distance between two words, row by row.
(setv WORDS ["interpretation" "international" "specialisation" "internationalisation"
             "characteristic" "transformation" "transcendental" "configuration"])

(defn distance [a b]
  (setv previous (list (range (+ 1 (len b)))))
  (for [[i c] (enumerate a 1)]
    (setv row [i])
    (for [[j d] (enumerate b)]
      (.append row (if (= c d)
                       (get previous j)
                       (+ 1 (min (get row j) (get previous j) (get previous (+ j 1)))))))
    (setv previous row))
  (get previous -1))

(defn benchmark []
  (sum (gfor a WORDS b WORDS (distance a b))))
