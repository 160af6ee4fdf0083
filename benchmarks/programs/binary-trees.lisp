;; Many small lists that live shortly: trees built and walked.
(define (make-tree depth)
  (if (= depth 0)
      '()
      (list (make-tree (- depth 1)) (make-tree (- depth 1)))))

(define (check tree)
  (if (null? tree) 1 (+ 1 (check (car tree)) (check (cadr tree)))))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 8)
        total
        (loop (+ i 1) (+ total (check (make-tree 11)))))))
