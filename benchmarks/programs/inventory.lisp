;; A shop's stock as a map of maps: orders that reserve, sell and are refused.
(define (make-stock count)
  (foldl (fn (stock i)
           (assoc stock i {:name (str "item-" i) :quantity (+ 5 (modulo (* i 7) 11)) :sold 0}))
         {}
         (range count)))

(define (place-order state order)
  (let* ((stock (:stock state))
         (item (get stock (:item order)))
         (wanted (:quantity order)))
    (cond ((nil? item) (assoc state :refused (+ 1 (:refused state))))
          ((< (:quantity item) wanted) (assoc state :refused (+ 1 (:refused state))))
          (else
           (let ((left (assoc item
                              :quantity (- (:quantity item) wanted)
                              :sold (+ (:sold item) wanted))))
             (assoc state
                    :stock (assoc stock (:item order) left)
                    :income (+ (:income state) (* wanted (:price order)))))))))

(define orders
  (map (fn (i) {:item (modulo (* i 13) 45) :quantity (+ 1 (modulo i 3)) :price (+ 10 (modulo i 7))})
       (range 700)))

(define (benchmark)
  (let ((end (foldl place-order {:stock (make-stock 40) :refused 0 :income 0} orders)))
    (+ (:income end)
       (* 1000 (:refused end))
       (foldl + 0 (map (fn (item) (:sold item)) (vals (:stock end)))))))
