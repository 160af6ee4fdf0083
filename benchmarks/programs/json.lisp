;; JSON read, changed and written.
(define document
  (json/encode
    {:items (map (fn (i) {:id i :name (str "item " i) :tags (list "a" "b" (str i)) :price (/ i 4.0)})
                 (range 800))}))

(define (benchmark)
  (let* ((data (json/decode document))
         (dear (filter (fn (item) (> (:price item) 100)) (:items data)))
         (cut (map (fn (item) (assoc item :price (* (:price item) 0.9))) dear)))
    (+ (length cut)
       (length (:items (json/decode (json/encode {:items cut})))))))
