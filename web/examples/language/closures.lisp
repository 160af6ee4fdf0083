;;; title: A counter
;;; about: Functions remember where they were made.

(define (make-counter)
  (let ((n 0))
    (fn () (set! n (+ n 1)) n)))

(define a (make-counter))
(define b (make-counter))
(a) (a)
(println "a:" (a) "b:" (b))
