;; A text split, changed and joined.
(define (benchmark n)
  (let ((text (string/join (map (fn (i) (str "word" i)) (range n)) " ")))
    (string-length (string/join (map string/upper (string/split text " ")) "-"))))
