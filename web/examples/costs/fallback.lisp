;;; title: A second choice
;;; about: If one model fails, another answers.

(println
  (llm/with-fallback [:demo]
    (fn () (llm/complete "Are you there?" {:max-tokens 200}))))
