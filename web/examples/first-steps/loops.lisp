;;; title: Loops
;;; about: Named let, dotimes, for/list, and a fold.

(let loop ((n 5))
  (when (> n 0)
    (display f"${n} … ")
    (loop (- n 1))))
(println "lift off")

(dotimes (i 3) (println "round" i))

(println (for/list ((x (range 1 6))) (* x x)))
(println "sum of squares:" (foldl + 0 (map (fn (x) (* x x)) (range 1 6))))
