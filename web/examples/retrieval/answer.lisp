;;; title: Search by meaning, then answer
;;; about: Find the right note, then answer from it.

(define notes
  ["Bees make honey from nectar."
   "Lisp is a family of languages; a program is a list."
   "Rivers flow from the mountains to the sea."
   "A compiler translates a language into another one."])

(vector-store/create "notes")
(map
  (lambda (text vector) (vector-store/add "notes" text vector {:length (string-length text)}))
  notes
  (llm/embed notes))

(define question "Which language is made of lists?")
(define found
  (map :id (vector-store/search "notes" (llm/embed question) 3)))
(define best (:document (first (llm/rerank question found {:top-k 1}))))

(println "Found:" best)
(llm/complete
  (prompt
    (system "Answer using only the provided note.")
    (user (format "Note: ~a\n\nQuestion: ~a" best question)))
  {:max-tokens 200})
