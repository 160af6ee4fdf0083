;;; title: Dates and times
;;; about: Parse a date, add days, write it for people.

(define start (time/parse "2026-01-31 12:00" "%Y-%m-%d %H:%M"))
(define day (* 24 60 60))

(for-each
  (fn (days)
    (println (string/pad-left (str days) 4) "days later:"
             (time/format (time/add start (* days day)) "%A, %d %B %Y")))
  '(1 30 365))
