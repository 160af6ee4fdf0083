;; Typed arrays: mapped, folded, multiplied, read one by one.
(define (benchmark)
  (let* ((steps (f64-array/range 0.0 20000.0 1.0))
         (values (f64-array/map (fn (x) (+ (* 0.5 x) 1.0)) steps))
         (end (f64-array/length values))
         (rises (let loop ((i 1) (sum 0.0))
                  (if (= i end)
                      sum
                      (loop (+ i 1)
                            (+ sum (- (f64-array/ref values i) (f64-array/ref values (- i 1)))))))))
    (int (+ rises
            (f64-array/sum values)
            (f64-array/dot values steps)
            (f64-array/fold (fn (total x) (+ total (* x x))) 0.0 values)))))
