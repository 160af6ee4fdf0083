;;; title: Prime numbers
;;; about: A function, a filter, a list.

(defun prime? (n)
  (let loop ((d 2))
    (cond ((> (* d d) n) #t)
          ((= 0 (mod n d)) #f)
          (else (loop (+ d 1))))))

(define primes (filter prime? (range 2 100)))

(println f"There are ${(length primes)} primes below 100.")
primes
