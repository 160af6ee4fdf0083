;; Lists built by cons and append, reversed, taken apart.
(define (quicksort items)
  (if (null? items)
      '()
      (let ((pivot (car items)) (others (cdr items)))
        (append (quicksort (filter (fn (x) (< x pivot)) others))
                (list pivot)
                (quicksort (filter (fn (x) (>= x pivot)) others))))))

(define (numbers n seed)
  (let loop ((n n) (seed seed) (made '()))
    (if (= n 0)
        (reverse made)
        (loop (- n 1) (mod (+ (* seed 1103) 12345) 65536) (cons seed made)))))

(define (benchmark)
  (let ((sorted (quicksort (numbers 4000 42))))
    (+ (car sorted) (last sorted) (nth sorted 2000))))
