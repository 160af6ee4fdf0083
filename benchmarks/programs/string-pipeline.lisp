;; Library functions over strings: split, change, filter, join.
(define text
  (string/join (map (fn (i) (str "Word" i (if (= 0 (mod i 5)) "," ""))) (range 3000)) " "))

(define (benchmark)
  (let ((words (->> (string/split text " ")
                    (map string/lower)
                    (map (fn (word) (string/replace word "," "")))
                    (filter (fn (word) (not (string/ends-with? word "7"))))
                    (map (fn (word) (string-append word "-" (string/reverse word)))))))
    (string-length (string/join words "\n"))))
