;;; title: Mandelbrot in letters
;;; about: Complex numbers, drawn as text.

(define (escape c)
  (let loop ((z 0.0) (w 0.0) (n 0))
    (define x (+ (- (* z z) (* w w)) (first c)))
    (define y (+ (* 2 z w) (nth c 1)))
    (if (or (= n 40) (> (+ (* x x) (* y y)) 4)) n (loop x y (+ n 1)))))

(for-each
  (fn (row)
    (println (string/join
      (for/list ((column (range 60)))
        (define n (escape (list (- (/ column 22.0) 2.1) (- (/ row 9.0) 1.1))))
        (cond ((= n 40) "@") ((> n 12) "+") ((> n 6) ":") ((> n 3) ".") (else " ")))
      "")))
  (range 20))
