;; Lists made by append and map: subsets, and trees flattened and turned.
(define (subsets items)
  (if (null? items)
      '(())
      (let ((others (subsets (cdr items))))
        (append others (map (fn (each) (cons (car items) each)) others)))))

(define (tree depth)
  (if (= depth 0)
      depth
      (list (tree (- depth 1)) depth (tree (- depth 1)))))

(define (flatten-tree node)
  (if (list? node)
      (apply append (map flatten-tree node))
      (list node)))

(define (mirror node)
  (if (list? node)
      (reverse (map mirror node))
      node))

(define (benchmark)
  (+ (foldl (fn (sum each) (+ sum (foldl + 0 each))) 0 (subsets (range 9)))
     (foldl (fn (sum each) (+ (* 2 (modulo sum 1000)) each))
            0
            (flatten-tree (mirror (tree 7))))))
