;;; title: The towers of Hanoi
;;; about: Move a tower disc by disc.

(define (hanoi n from to spare)
  (when (> n 0)
    (hanoi (- n 1) from spare to)
    (println f"disc ${n}: ${from} → ${to}")
    (hanoi (- n 1) spare to from)))

(hanoi 3 "left" "right" "middle")
