;; The three great functions over lists, with functions of the user's own.
(define (benchmark)
  (foldl (fn (total x) (+ total x))
         0
         (map (fn (x) (+ (* x x) 1))
              (filter (fn (x) (= 0 (mod x 3)))
                      (range 150000)))))
