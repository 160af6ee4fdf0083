;;; title: Data from an image
;;; about: The fields of a receipt that was photographed.
;;; files: doc.png

(define receipt
  (llm/extract-from-image
    {:shop {:type :string} :total {:type :number}}
    (file/read-bytes "doc.png")))
(println receipt)
(type receipt)
