;;; title: A budget
;;; about: A program that may spend so much and no more.

(define answers
  (llm/with-budget {:max-cost-usd 0.01}
    (fn ()
      (map (fn (n) (llm/complete f"Say the number ${n}." {:max-tokens 200})) '(1 2 3)))))
(for-each println answers)
