;; Records made, read and replaced.
(define-record-type particle
  (make-particle x y dx dy)
  particle?
  (x particle-x)
  (y particle-y)
  (dx particle-dx)
  (dy particle-dy))

(define (move p)
  (let ((x (+ (particle-x p) (particle-dx p))) (y (+ (particle-y p) (particle-dy p))))
    (make-particle x y
                   (if (or (< x 0) (> x 100)) (- (particle-dx p)) (particle-dx p))
                   (if (or (< y 0) (> y 100)) (- (particle-dy p)) (particle-dy p)))))

(define (benchmark)
  (let loop ((i 0) (all (map (fn (i) (make-particle i (* 2 i) (- 3 (mod i 7)) (- 2 (mod i 5)))) (range 50))))
    (if (= i 200)
        (foldl (fn (sum p) (+ sum (particle-x p) (particle-y p))) 0 all)
        (loop (+ i 1) (map move all)))))
