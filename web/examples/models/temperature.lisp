;;; title: The same question twice
;;; about: Options change how a model answers.

(define question "Give me a name for a café run by robots.")
(for-each
  (fn (temperature)
    (println f"temperature ${temperature}:")
    (println (llm/complete question {:temperature temperature :max-tokens 200})))
  '(0 1))
