;;; title: Record and replay
;;; about: A cassette keeps answers; the second run asks nobody.

(define (ask) (llm/complete "Name a colour." {:max-tokens 100}))
(define first-time (llm/with-cassette "colours.jsonl" (fn () (ask))))
(define again (llm/with-cassette "colours.jsonl" (fn () (ask))))
(println "the same answer twice:" (equal? first-time again))
(println first-time)
