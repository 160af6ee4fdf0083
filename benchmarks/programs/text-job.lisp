;; A job over 100,000 lines: split, filter, count by key, find the most frequent.
(define lines
  (map (fn (i) (str (mod (* i 7) 24) ":00 " (if (= 0 (mod i 9)) "ERROR" "INFO") " host" (mod i 40)))
       (range 100000)))

(define log (string/join lines "\n"))

(define (benchmark)
  (let ((counts
          (foldl (fn (counts line)
                   (if (string/contains? line "ERROR")
                       (let* ((parts (string/split line " ")) (host (nth parts 2)))
                         (assoc counts host (+ 1 (get counts host 0))))
                       counts))
                 {}
                 (string/split log "\n"))))
    (foldl (fn (best host) (max best (get counts host))) 0 (keys counts))))
