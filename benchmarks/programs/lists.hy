;; Quicksort over lists that are made anew.
(defn quicksort [items]
  (if (not items)
      []
      (do
        (setv [pivot #* others] items)
        [#* (quicksort (lfor x others :if (< x pivot) x))
         pivot
         #* (quicksort (lfor x others :if (>= x pivot) x))])))

(defn numbers [n seed]
  (setv made [])
  (for [_ (range n)]
    (.append made seed)
    (setv seed (% (+ (* seed 1103) 12345) 65536)))
  made)

(defn benchmark []
  (setv items (quicksort (numbers 4000 42)))
  (+ (get items 0) (get items -1) (get items 2000)))
