;;; title: Stream
;;; about: The answer as it is written.

(llm/stream "Tell me a story" {:max-tokens 200})
