;;; title: Sort messages
;;; about: Praise, blame, or neither.

(define inbox
  (list "I absolutely love this product!"
        "This is the worst experience ever."
        "The package arrived on time."))

(for-each
  (lambda (text)
    (println (format "~a  ~a" (llm/classify '(:positive :negative :neutral) text) text)))
  inbox)
