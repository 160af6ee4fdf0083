;; Integers that outgrow a machine word.
(define (factorial n)
  (let loop ((i 1) (product 1))
    (if (> i n) product (loop (+ i 1) (* product i)))))

(define (digits n)
  (let loop ((n n) (sum 0))
    (if (= n 0) sum (loop (quotient n 10) (+ sum (mod n 10))))))

(define (power base n modulus)
  (let loop ((base base) (n n) (result 1))
    (cond ((= n 0) result)
          ((odd? n) (loop (mod (* base base) modulus) (quotient n 2) (mod (* result base) modulus)))
          (else (loop (mod (* base base) modulus) (quotient n 2) result)))))

(define (benchmark)
  (let ((prime 170141183460469231731687303715884105727))
    (+ (digits (factorial 500))
       (let loop ((i 2) (sum 0))
         (if (= i 60) sum (loop (+ i 1) (+ sum (power i (- prime 1) prime))))))))
