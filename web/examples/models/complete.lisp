;;; title: Complete
;;; about: One question, one answer.

;; Simple completion
(llm/complete "Say hello in 5 words" {:max-tokens 50})
