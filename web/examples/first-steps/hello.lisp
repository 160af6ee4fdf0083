;;; title: Hello, streaming
;;; about: A model's answer arrives word by word.

; Press Run (Ctrl+Enter). A demo model answers,
; offline and without a key. Choose a real one in Settings.

(define topic "why programmers love parentheses")

(println (format "Asking about ~a …" topic))
(llm/stream f"Tell me in two sentences ${topic}." {:max-tokens 80})
