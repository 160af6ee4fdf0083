;; Errors thrown and caught, by the program and by the language.
(define (checked n)
  (if (= 0 (mod n 3)) (throw {:code n}) n))

(define (attempt n)
  (try (checked n)
    (catch e (:code (:value e)))))

(define (divide a b)
  (try (/ a b)
    (catch e 0)))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 6000)
        total
        (loop (+ i 1) (+ total (attempt i) (divide 12 (mod i 4)))))))
