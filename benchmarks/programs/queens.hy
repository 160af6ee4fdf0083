;; All ways to place queens on a board.
(defn safe? [row placed]
  (for [[distance other] (enumerate (reversed placed) 1)]
    (when (or (= other row) (= (abs (- other row)) distance))
      (return False)))
  True)

(defn place [column size placed]
  (if (= column size)
      1
      (sum (gfor row (range size)
                 :if (safe? row placed)
                 (place (+ column 1) size [#* placed row])))))

(defn benchmark [] (place 0 8 []))
