;; A search tree whose nodes are small vectors: a value, and what is less and what is more.
(define (insert tree key)
  (if (nil? tree)
      [key nil nil]
      (let ((value (nth tree 0)))
        (if (< key value)
            [value (insert (nth tree 1) key) (nth tree 2)]
            [value (nth tree 1) (insert (nth tree 2) key)]))))

(define (depth tree)
  (if (nil? tree) 0 (+ 1 (max (depth (nth tree 1)) (depth (nth tree 2))))))

(define (benchmark)
  (depth (foldl insert nil (map (fn (i) (modulo (* i 7919) 4001)) (range 800)))))
