;;; title: Look into a file
;;; about: An image is bytes: its first ones tell what kind it is.
;;; files: photo.jpg

(define bytes (file/read-bytes "photo.jpg"))
(define head (map (fn (i) (bytes/ref bytes i)) (range 0 4)))

(println "size:" (bytes/length bytes) "bytes")
(println "first:" head)
(println (cond ((equal? (take 3 head) '(255 216 255)) "a JPEG")
               ((equal? head '(137 80 78 71)) "a PNG")
               (else "something else")))
