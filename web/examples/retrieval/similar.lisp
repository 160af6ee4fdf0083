;;; title: How alike are two texts?
;;; about: Embeddings, and the angle between them.

(define sentences
  ["A cat sleeps on the sofa."
   "A kitten naps on the couch."
   "The stock market fell today."])
(define vectors (llm/embed sentences))

(dotimes (i 3)
  (println (string/pad-right (nth sentences i) 30)
           (math/round-to (vector/cosine-similarity (first vectors) (nth vectors i)) 3)))
