;;; title: Choose between cases
;;; about: if, cond, case and match, one below the other.

(define (size n)
  (cond ((< n 10) "small")
        ((< n 100) "medium")
        (else "large")))

(define (describe shape)
  (match shape
    ({:kind :circle :r r} f"a circle of radius ${r}")
    ({:kind :box :w w :h h} f"a box of ${w} by ${h}")
    (_ "something else")))

(for-each (fn (n) (println n "is" (size n))) '(3 42 1000))
(println (describe {:kind :circle :r 2}))
(println (describe {:kind :box :w 3 :h 4}))
