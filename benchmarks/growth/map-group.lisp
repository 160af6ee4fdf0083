;; Grouping a list, and walking the groups.
(define (benchmark n)
  (let ((groups (list/group-by (fn (x) (mod x 97)) (range n))))
    (foldl (fn (total key) (+ total (length (get groups key)))) 0 (keys groups))))
