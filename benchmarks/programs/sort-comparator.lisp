;; Sorting with an order of the program's own, and by a key.
(define rows
  (map (fn (i) (list (mod (* i 7919) 997) (mod (* i 31) 101) i)) (range 4000)))

(define (before? a b)
  (if (= (car a) (car b)) (< (cadr a) (cadr b)) (< (car a) (car b))))

(define (benchmark)
  (let ((sorted (sort rows before?))
        (by-key (sort-by (fn (row) (- (cadr row))) rows)))
    (+ (caddr (nth sorted 100)) (caddr (nth sorted 3000)) (caddr (nth by-key 2000)))))
