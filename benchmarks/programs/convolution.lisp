;; A signal smoothed by a window: two typed arrays, read in nested loops.
(define signal (f64-array/map (fn (x) (- (* 0.001 x x) x)) (f64-array/range 0.0 3000.0 1.0)))
(define window (f64-array/map (fn (x) (/ 1.0 (+ 1.0 x))) (f64-array/range 0.0 24.0 1.0)))

(define (smooth signal window)
  (let ((width (f64-array/length window)))
    (let points ((i 0) (total 0.0))
      (if (= i (- (f64-array/length signal) width))
          total
          (points (+ i 1)
                  (let taps ((j 0) (sum total))
                    (if (= j width)
                        sum
                        (taps (+ j 1)
                              (+ sum (* (f64-array/ref signal (+ i j))
                                        (f64-array/ref window j)))))))))))

(define (benchmark) (int (smooth signal window)))
