;; Sorting by a key, and removing what is there twice.
(define (benchmark n)
  (length (list/unique (sort-by (fn (x) (- x)) (map (fn (i) (mod (* i 7919) 10007)) (range n))))))
