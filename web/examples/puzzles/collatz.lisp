;;; title: The longest way to one
;;; about: Halve it or triple it: which number below 1,000 takes longest?

(define (steps n)
  (let loop ((n n) (count 0))
    (if (= n 1) count (loop (if (even? n) (/ n 2) (+ 1 (* 3 n))) (+ count 1)))))

(define best (last (sort-by steps (range 1 1000))))
(println best "takes" (steps best) "steps")
