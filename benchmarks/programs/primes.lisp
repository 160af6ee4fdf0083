;; Prime numbers counted by division: integers alone, one loop inside the other.
(define (prime? n)
  (let loop ((d 2))
    (cond ((> (* d d) n) #t)
          ((= 0 (mod n d)) #f)
          (else (loop (+ d 1))))))

(define (benchmark)
  (let loop ((n 2) (count 0))
    (if (= n 12000)
        count
        (loop (+ n 1) (if (prime? n) (+ count 1) count)))))
