;; A trie of nested maps with characters as keys: words put in, found and counted by prefix.
(define words
  (map (fn (i) (str (nth '("pre" "sub" "un" "inter" "re") (modulo i 5))
                    (nth '("view" "act" "form" "set" "port" "tend" "mark") (modulo i 7))
                    (nth '("" "s" "ed" "ing") (modulo i 4))))
       (range 140)))

(define (insert trie characters)
  (if (null? characters)
      (assoc trie :end #t)
      (let* ((head (car characters)) (child (get trie head {})))
        (assoc trie head (insert child (cdr characters))))))

(define (descend trie characters)
  (cond ((nil? trie) nil)
        ((null? characters) trie)
        (else (descend (get trie (car characters)) (cdr characters)))))

(define (size trie)
  (foldl (fn (sum key) (if (= key :end) (+ sum 1) (+ sum (size (get trie key))))) 0 (keys trie)))

(define (prefix-count trie prefix)
  (let ((found (descend trie (string->list prefix))))
    (if (nil? found) 0 (size found))))

(define (benchmark)
  (let ((trie (foldl (fn (trie word) (insert trie (string->list word))) {} words)))
    (foldl (fn (sum prefix) (+ (* 7 sum) (prefix-count trie prefix)))
           0
           '("pre" "sub" "unf" "inter" "re" "ret" "x" "prema"))))
