;;; title: Many questions at once
;;; about: llm/pmap asks in parallel and keeps the order.

(define cities ["Lisbon" "Oslo" "Cairo" "Quito" "Hanoi"])
(define facts
  (llm/pmap (fn (city) f"One fact about ${city}, in ten words.") cities {:max-tokens 200}))

(for-each
  (fn (pair) (println f"${(first pair)}: ${(nth pair 1)}"))
  (zip cities facts))
