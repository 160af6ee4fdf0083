;;; title: The first wins
;;; about: Three tasks run, the quickest answer counts.

(define (runner name delay)
  (async (sleep delay) f"${name} after ${delay} ms"))

(println (async/race (list (runner "hare" 40) (runner "fox" 20) (runner "tortoise" 200))))
