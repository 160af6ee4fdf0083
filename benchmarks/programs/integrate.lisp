;; The area below a curve by Simpson's rule: floats, and an integer that counts.
(define (height x) (/ (sqrt (+ 1.0 (* x x))) (+ 2.0 (* x (- x 1.5)))))

(define (area from to steps)
  (let ((width (/ (- to from) steps)))
    (let loop ((i 1) (sum (+ (height from) (height to))))
      (if (= i steps)
          (* sum (/ width 3.0))
          (loop (+ i 1)
                (+ sum (* (if (even? i) 2.0 4.0) (height (+ from (* i width))))))))))

(define (benchmark) (int (* 1000000000 (area 0.0 4.0 60000))))
