;;; title: A model as a judge
;;; about: Score answers by a rubric, keep the best.

(define question "Explain gravity to a child.")
(define answers
  (llm/pmap (fn (style) f"${question} Style: ${style}.") ["a fairy tale" "a recipe" "a letter"] {:max-tokens 200}))

(define (score answer)
  (string/length answer)) ; put a question to a model here: "Rate from 1 to 10 …"

(define best (last (sort-by score answers)))
(println best)
