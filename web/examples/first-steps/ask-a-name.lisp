;;; title: Ask the reader
;;; about: A program may ask a question and wait for the answer.

(println "What is your name?")
(define name (read-line))
(println f"Nice to meet you, ${(if (or (nil? name) (string/empty? name)) "stranger" name)}!")
