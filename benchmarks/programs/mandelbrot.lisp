;; Floating point numbers in a loop that ends early.
(define (steps cr ci)
  (let loop ((zr 0.0) (zi 0.0) (i 0))
    (let ((rr (* zr zr)) (ii (* zi zi)))
      (if (or (= i 60) (> (+ rr ii) 4.0))
          i
          (loop (+ (- rr ii) cr) (+ (* 2.0 zr zi) ci) (+ i 1))))))

(define (benchmark)
  (let rows ((y 0) (total 0))
    (if (= y 48)
        total
        (rows (+ y 1)
              (let columns ((x 0) (total total))
                (if (= x 72)
                    total
                    (columns (+ x 1)
                             (+ total (steps (- (/ x 24.0) 2.25) (- (/ y 19.2) 1.25))))))))))
