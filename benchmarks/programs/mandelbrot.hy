;; Floating point numbers in a loop that ends early.
(defn steps [cr ci]
  (setv zr 0.0 zi 0.0 i 0)
  (while (< i 60)
    (setv rr (* zr zr) ii (* zi zi))
    (when (> (+ rr ii) 4.0) (break))
    (setv [zr zi] [(+ (- rr ii) cr) (+ (* 2.0 zr zi) ci)])
    (+= i 1))
  i)

(defn benchmark []
  (setv total 0)
  (for [y (range 48)]
    (for [x (range 72)]
      (+= total (steps (- (/ x 24.0) 2.25) (- (/ y 19.2) 1.25)))))
  total)
