;;; title: Sort into drawers
;;; about: llm/classify gives one of the words you allow.

(define tickets
  ["I cannot log in since yesterday."
   "Please send me last month's invoice."
   "I love the new colours!"])

(for-each
  (fn (ticket) (println (llm/classify [:technical :billing :praise] ticket) "—" ticket))
  tickets)
