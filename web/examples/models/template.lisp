;;; title: A prompt with holes
;;; about: Fill one template with the rows of a list.

(define card (prompt/template "Write a birthday card for {{name}}, who likes {{thing}}."))

(for-each
  (fn (person)
    (println (llm/complete (prompt/render card person) {:max-tokens 200}))
    (println))
  [{:name "Mira" :thing "sailing"} {:name "Tom" :thing "chess"}])
