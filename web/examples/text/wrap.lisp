;;; title: Wrap a paragraph
;;; about: Break long lines at words, with a frame around.

(define text
  "Lisp programmers know the value of everything and the cost of nothing, said Alan Perlis, who also liked short sentences.")
(define width 34)

(println f"┌${(string/repeat "─" (+ width 2))}┐")
(for-each
  (fn (line) (println f"│ ${(string/pad-right line width)} │"))
  (string/word-wrap text width))
(println f"└${(string/repeat "─" (+ width 2))}┘")
