;;; title: Give it a role
;;; about: A system prompt says who the model is.

(define question "How do I make coffee?")
(for-each
  (fn (role)
    (println f"As ${role}:")
    (println (llm/complete question {:system f"You are ${role}. Answer in one sentence." :max-tokens 200}))
    (println))
  ["a pirate" "a physicist" "a five year old"])
