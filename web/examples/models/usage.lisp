;;; title: What did it cost?
;;; about: Tokens and dollars of the last call and of the session.

(llm/complete "Say something short." {:max-tokens 200})
(println "last call:" (llm/last-usage))
(llm/complete "And something else." {:max-tokens 200})
(println "session:  " (llm/session-usage))
