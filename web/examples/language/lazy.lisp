;;; title: As late as possible
;;; about: A promise is computed once, when it is needed.

(define answer (delay (begin (println "computing …") (* 6 7))))
(println "nothing yet")
(println (force answer))
(println (force answer) "without computing again")
