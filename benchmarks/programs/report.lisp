;; A text report: rows of maps as columns that are padded, joined and totalled.
(define rows
  (map (fn (i)
         {:name (str "product " i) :count (modulo (* i 17) 90) :price (/ (modulo (* i 37) 500) 4.0)})
       (range 120)))

(define (pad-right text width)
  (if (< (string-length text) width)
      (pad-right (string-append text " ") width)
      text))

(define (pad-left text width)
  (if (< (string-length text) width)
      (pad-left (string-append " " text) width)
      text))

(define (render-row row)
  (string-append
    (pad-right (:name row) 14) "|"
    (pad-left (number->string (:count row)) 6) "|"
    (pad-left (str (round (* (:count row) (:price row)))) 10)))

(define (render rows)
  (string/join (append (list "name          | count|     total"
                             "--------------+------+----------")
                       (map render-row rows)
                       (list (str "sum " (foldl (fn (sum row) (+ sum (:count row))) 0 rows))))
               "\n"))

(define (benchmark)
  (let loop ((i 0) (size 0))
    (if (= i 4) size (loop (+ i 1) (+ size (string-length (render rows)))))))
