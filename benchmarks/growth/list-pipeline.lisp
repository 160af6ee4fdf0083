;; map, filter and foldl over a list.
(define (benchmark n)
  (foldl (fn (total x) (+ total x)) 0 (map (fn (x) (* 2 x)) (filter (fn (x) (odd? x)) (range n)))))
