;;; title: Summarize
;;; about: A long text in a few words.

(define text
  "Lisp was designed by John McCarthy in 1958. It introduced garbage collection, conditional expressions and the idea that programs are data. Many dialects followed: Scheme, Common Lisp, Clojure. Their programs are written as nested lists, which makes it easy to write programs that write programs.")
(println (llm/summarize text {:max-tokens 200}))
