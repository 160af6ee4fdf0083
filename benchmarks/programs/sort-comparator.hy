;; Sorting with a comparison of one's own, and by a key.
(import functools [cmp-to-key])

(setv ROWS (lfor i (range 4000) #((% (* i 7919) 997) (% (* i 31) 101) i)))

(defn compare [a b]
  (if (!= (get a 0) (get b 0))
      (if (< (get a 0) (get b 0)) -1 1)
      (- (> (get a 1) (get b 1)) (< (get a 1) (get b 1)))))

(defn benchmark []
  (setv rows (sorted ROWS :key (cmp-to-key compare))
        by-key (sorted ROWS :key (fn [row] (- (get row 1)))))
  (+ (get rows 100 2) (get rows 3000 2) (get by-key 2000 2)))
