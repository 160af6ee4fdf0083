;;; title: Try again
;;; about: A step that fails twice and then works.

(define attempts (mutable-cell/new 0))
(define (shaky)
  (define n (+ 1 (mutable-cell/get attempts)))
  (mutable-cell/set! attempts n)
  (println "attempt" n)
  (if (< n 3) (error "not yet") "it worked"))

(println (retry shaky {:max-attempts 5 :base-delay-ms 1}))
