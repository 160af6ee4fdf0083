;;; title: Values and functions
;;; about: Numbers, texts, lists and maps; a function of your own.

(define name "Ada")
(define numbers '(3 1 4 1 5 9 2 6))

(define (mean xs)
  (/ (apply + xs) (length xs)))

(println f"Hello, ${name}!")
(println "sorted:" (sort numbers))
(println "mean:  " (exact->inexact (mean numbers)))
{:name name :count (length numbers)}
