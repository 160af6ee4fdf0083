;; Errors raised and caught, by the program and by the language.
(import fractions [Fraction])

(defclass Problem [Exception])

(defn checked [n]
  (when (= 0 (% n 3)) (raise (Problem {"code" n})))
  n)

(defn attempt [n]
  (try
    (checked n)
    (except [problem Problem]
      (get problem.args 0 "code"))))

(defn divide [a b]
  (try
    (if (= 0 (% a b)) (// a b) (Fraction a b))
    (except [ZeroDivisionError] 0)))

(defn benchmark []
  (setv total 0)
  (for [i (range 6000)]
    (+= total (+ (attempt i) (divide 12 (% i 4)))))
  total)
