;;; title: Stream with a callback
;;; about: Do something with each piece.

(llm/stream "Tell me a story"
  (fn (chunk) (display chunk))
  {:max-tokens 200})
