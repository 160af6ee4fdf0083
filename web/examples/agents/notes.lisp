;;; title: An agent with notes
;;; about: Tools that read and write what the program keeps.

(define notes (mutable-cell/new []))

(deftool remember "Keeps a note" {:note {:type :string}}
  (lambda (note)
    (mutable-cell/set! notes (append (mutable-cell/get notes) [note]))
    "kept"))
(deftool recall "Returns all notes" {}
  (lambda () (mutable-cell/get notes)))

(println (llm/chat [(message :user "Remember that the key is under the mat.")] {:tools [remember recall]}))
(println "notes:" (mutable-cell/get notes))
