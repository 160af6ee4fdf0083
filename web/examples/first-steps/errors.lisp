;;; title: When something fails
;;; about: try and catch; an error is a map with a type and a message.

(define (half n)
  (if (even? n) (/ n 2) (throw {:what "odd" :number n})))

(define (careful n)
  (try (half n)
    (catch e
      (println "could not halve" n "because it is" (:what (:value e)))
      nil)))

(println (map careful '(4 7 10)))
(try (car 5)
  (catch e (println "message:" (:message e)))
  (finally (println "done")))
