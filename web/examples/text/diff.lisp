;;; title: What has changed
;;; about: The difference of two texts, line by line.

(define before "apples\npears\nplums\n")
(define after "apples\ncherries\nplums\nquinces\n")
(println (diff/unified before after))
(diff/stat (diff/unified before after))
