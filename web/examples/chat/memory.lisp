;;; title: A chat that remembers
;;; about: Each answer knows what was said before.

(define talk
  (conversation/set-system (conversation/new) "You are a patient teacher."))

(define after
  (foldl
    (fn (talk question)
      (println "You:  " question)
      (define next (conversation/say talk question))
      (println "Model:" (conversation/last-reply next))
      next)
    talk
    ["What is recursion?" "Give an example." "Now in Lisp, please."]))

(println (conversation/length after) "messages," (conversation/turns after) "turns")
