;;; title: Read and write JSON
;;; about: From a text to maps and back.

(define order (json/decode "{\"customer\": \"Ada\", \"items\": [{\"name\": \"tea\", \"price\": 4.5}, {\"name\": \"cake\", \"price\": 3.2}]}"))

(define total (apply + (map :price (:items order))))
(println (:customer order) "pays" total)
(println (json/encode-pretty (assoc order :total total)))
