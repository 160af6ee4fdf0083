;; All orders of seven things.
(defn permutations [items]
  (if (not items)
      [[]]
      (lfor x items
            rest (permutations (lfor other items :if (!= other x) other))
            [x #* rest])))

(defn benchmark []
  (sum (gfor p (permutations [1 2 3 4 5 6 7]) (* (get p 0) (get p -1)))))
