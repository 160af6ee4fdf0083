;;; title: Find with regular expressions
;;; about: Dates, addresses and hashtags in a text.

(define text "Write to ada@example.org before 2026-12-24, or to bob@example.com. #lisp #lambda")

(println "dates:    " (regex/find-all #"\d{4}-\d{2}-\d{2}" text))
(println "addresses:" (regex/find-all #"[\w.]+@[\w.]+\w" text))
(println "tags:     " (regex/find-all #"#\w+" text))
(println (regex/replace-all #"[\w.]+@([\w.]+\w)" "someone@$1" text))
