;;; title: Side by side
;;; about: Several waits at the same time take as long as one.

(define start (time-ms))
(define results (async/all (map (fn (n) (async (sleep 50) (* n n))) '(1 2 3 4))))
(println results)
(println "quicker than one after the other:" (< (- (time-ms) start) 200))
