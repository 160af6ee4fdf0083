;;; title: Facts about a person
;;; about: Remember facts and recall them by name.

(define m (memory/open {:id "visitor"}))
(memory/remember m :colour "green")
(memory/remember m :city "Lisbon")
(println "favourite colour:" (memory/recall-fact m :colour))
(println "lives in:" (memory/recall-fact m :city))
