;;; title: Check what came back
;;; about: A field can be checked; a wrong answer is asked for again.

(define event
  (llm/extract
    {:title {:type :string}
     :guests {:type :number :validate (fn (n) (>= n 0)) :message "guests cannot be negative"}}
    "Dinner on Friday with 6 guests."
    {:retries 2}))
(println event)
