;;; title: An image among messages
;;; about: A document as an image, read by the model.
;;; files: doc.png

(llm/chat
  [(message :system "You are an image analyst.")
   (message/with-image :user "What text is in this image?" (file/read-bytes "doc.png"))])
