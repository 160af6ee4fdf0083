;; Lazy lists made of promises: primes by a sieve of filters.
(define (stream-from n) (list n (delay (stream-from (+ n 1)))))
(define (tail s) (force (cadr s)))

(define (keep good? s)
  (if (good? (car s))
      (list (car s) (delay (keep good? (tail s))))
      (keep good? (tail s))))

(define (sieve s)
  (let ((p (car s)))
    (list p (delay (sieve (keep (fn (n) (not (= 0 (mod n p)))) (tail s)))))))

(define (benchmark)
  (let loop ((i 0) (s (sieve (stream-from 2))) (sum 0))
    (if (= i 100)
        sum
        (loop (+ i 1) (tail s) (+ sum (car s))))))
