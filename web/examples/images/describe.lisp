;;; title: Ask about an image
;;; about: A photo from the files, and a question about it.
;;; files: photo.jpg

;; Load an image and ask the LLM about it
(define img (file/read-bytes "photo.jpg"))
(define msg (message/with-image :user "Describe this image." img))
(llm/chat (list msg))
