;;; title: Sum up a CSV
;;; about: Rows as maps, grouped and added.

(define text "region,month,sales
north,jan,120
south,jan,95
north,feb,130
south,feb,145
")

(define rows (csv/parse-maps text))
(define grouped (list/group-by (fn (row) (get row :region)) rows))

(for-each
  (fn (entry)
    (define sales (map (fn (row) (string->number (get row :sales))) (nth entry 1)))
    (println (first entry) "sold" (apply + sales)))
  (map/entries grouped))
