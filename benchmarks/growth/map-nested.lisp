;; Maps in maps, changed along a path.
(define (benchmark n)
  (let loop ((i 0) (m {}))
    (if (= i n)
        (count m)
        (loop (+ i 1) (assoc-in m [(mod i 300) (quotient i 300)] i)))))
