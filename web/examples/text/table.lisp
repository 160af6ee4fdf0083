;;; title: Print a table
;;; about: Columns of the right width from a list of maps.

(define rows
  [{:city "Lisbon" :people 545 :sun 2799}
   {:city "Oslo" :people 709 :sun 1740}
   {:city "Cairo" :people 10107 :sun 3451}])

(define (cell value width) (string/pad-right (str value) width))
(define columns [:city :people :sun])

(println (string/join (map (fn (c) (cell (keyword->string c) 10)) columns) ""))
(println (string/repeat "─" 30))
(for-each
  (fn (row) (println (string/join (map (fn (c) (cell (get row c) 10)) columns) "")))
  (sort-by :people rows))
