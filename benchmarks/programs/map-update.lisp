;; Counting words: the same keys of a map changed again and again.
(define words
  (map (fn (i) (str "w" (mod (* i 7919) 500))) (range 15000)))

(define (benchmark)
  (let ((counts (foldl (fn (counts word) (assoc counts word (+ 1 (get counts word 0)))) {} words)))
    (foldl (fn (best key) (max best (get counts key))) 0 (keys counts))))
