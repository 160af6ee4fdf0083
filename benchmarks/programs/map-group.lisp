;; Grouping and nested maps: update-in, map/update, group-by.
(define orders
  (map (fn (i) {:customer (str "c" (mod (* i 31) 200)) :month (mod i 12) :amount (mod (* i 97) 500)})
       (range 5000)))

(define (benchmark)
  (let* ((by-customer (list/group-by (fn (o) (:customer o)) orders))
         (totals (foldl (fn (m o)
                          (update-in m [(:month o) (:customer o)]
                                     (fn (old) (+ (:amount o) (if (nil? old) 0 old)))))
                        {}
                        orders)))
    (+ (count by-customer)
       (foldl (fn (sum month) (+ sum (foldl + 0 (vals month)))) 0 (vals totals)))))
