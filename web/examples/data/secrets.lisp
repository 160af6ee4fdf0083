;;; title: Find what is private
;;; about: Personal data and keys in a text, and a text without them.

(define note "Call Ada at +1 202 555 0147 or write to ada@example.org.")
(for-each println (pii/detect note))
(println (redact/spans note (pii/detect note)))
