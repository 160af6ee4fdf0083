;; Primes by division, kept in a vector; then look-ups by bisection.
(define (prime? n primes)
  (let loop ((i 0))
    (let ((p (nth primes i)))
      (cond ((> (* p p) n) #t)
            ((= 0 (mod n p)) #f)
            (else (loop (+ i 1)))))))

(define (find-primes limit)
  (let loop ((n 5) (primes [2 3]))
    (if (>= n limit)
        primes
        (loop (+ n 2) (if (prime? n primes) (append primes [n]) primes)))))

(define (bisect primes n)
  (let loop ((low 0) (high (length primes)))
    (if (>= low high)
        low
        (let ((middle (quotient (+ low high) 2)))
          (if (< (nth primes middle) n)
              (loop (+ middle 1) high)
              (loop low middle))))))

(define (benchmark)
  (let ((primes (find-primes 8000)))
    (let loop ((n 0) (total 0))
      (if (= n 8000)
          total
          (loop (+ n 4) (+ total (bisect primes n)))))))
