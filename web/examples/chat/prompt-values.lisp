;;; title: Prompts are values
;;; about: Build one prompt from others.

(define style (prompt (system "Answer in rhymes.")))
(define question (prompt (user "What is the moon made of?")))
(define whole (prompt/append style question))

(println "messages:" (prompt/messages whole))
(println (llm/send whole {:max-tokens 200}))
