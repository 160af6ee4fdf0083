;;; title: Producer and consumer
;;; about: Two tasks talk over a channel.

(define box (channel/new 2))

(async
  (for-each (fn (n) (println "made" n) (channel/send box n)) '(1 2 3 4))
  (channel/close box))

(let loop ((sum 0))
  (define n (channel/recv box))
  (if (nil? n)
      (println "sum" sum)
      (begin (println "took" n) (loop (+ sum n)))))
