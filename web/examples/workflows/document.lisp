;;; title: Ask about a document
;;; about: Cut a long text, ask about each part, put it together.

(define text
  "The first chapter tells of a storm. The crew loses the mast. In the second chapter they find an island. There they build a new boat. The third chapter is about the way home.")
(define parts (text/chunk text {:size 80 :overlap 0}))

(define notes
  (map (fn (part) (llm/complete f"In five words: ${part}" {:max-tokens 200})) parts))
(for-each println notes)
(println "—")
(println (llm/complete f"One sentence from these notes: ${(string/join notes " ")}" {:max-tokens 200}))
