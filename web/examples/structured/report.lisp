;;; title: From text to table
;;; about: Extract, then compute with what was found.

(define (read-order text)
  (llm/extract {:product {:type :string} :count {:type :number}} text))

(define orders (map read-order ["I take 3 apples." "12 pears, please." "Just 1 melon."]))
(for-each (fn (order) (println (:count order) "×" (:product order))) orders)
(println "in all:" (apply + (map :count orders)))
