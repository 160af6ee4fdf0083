;;; title: Describe every image
;;; about: All images among the files, one question each.
;;; files: photo.jpg doc.png

(define images
  (filter (fn (name) (regex/match? #"\.(png|jpe?g|webp)$" name)) (file/list ".")))

(for-each
  (fn (name)
    (define question (message/with-image :user "What is in this image? One sentence." (file/read-bytes name)))
    (println f"${name}: ${(llm/chat [question] {:max-tokens 200})}"))
  (sort images))
