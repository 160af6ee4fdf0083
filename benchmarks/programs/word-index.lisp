;; An index of words: a text split, where each word stands, and the most frequent first.
(define text
  (string/join
    (map (fn (i) (nth '("the quick brown fox" "jumps over the lazy dog" "while another fox sleeps" "in the sun") (modulo i 4)))
         (range 60))
    "\n"))

(define (index-line index number line)
  (foldl (fn (index word)
           (assoc index word (cons number (get index word '()))))
         index
         (string/split line " ")))

(define (index-text text)
  (let loop ((lines (string/split text "\n")) (number 1) (index {}))
    (if (null? lines)
        index
        (loop (rest lines) (+ number 1) (index-line index number (first lines))))))

(define (top index)
  (sort-by (fn (word) (list (- 0 (length (get index word))) word)) (keys index)))

(define (benchmark)
  (let ((index (index-text text)))
    (string/join (map (fn (word) (str word ":" (length (get index word)) ":" (car (get index word))))
                      (take 5 (top index)))
                 ",")))
