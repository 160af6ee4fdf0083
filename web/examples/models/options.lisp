;;; title: Complete with options
;;; about: The model, the length, the temperature, the role.

(llm/complete "Explain monads"
  {:model "claude-haiku-4-5-20251001"
   :max-tokens 200
   :temperature 0.3
   :system "You are a Haskell expert."})
