;;; title: A list of contacts
;;; about: Extract many records from one text.

(define people
  (llm/extract
    {:people {:type :array :items {:name {:type :string} :city {:type :string}}}}
    "Ada lives in London, Grace in New York, and Alan moved to Manchester."))
(println people)
