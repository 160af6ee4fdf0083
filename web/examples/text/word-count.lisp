;;; title: Count words
;;; about: The most frequent words of a text.

(define text "the quick brown fox jumps over the lazy dog the end of the dog")

(define counted
  (sort-by (fn (entry) (- (nth entry 1)))
           (map/entries (frequencies (string/split text " ")))))

(for-each
  (fn (entry) (println (string/pad-left (str (nth entry 1)) 3) (first entry)))
  (take 4 counted))
