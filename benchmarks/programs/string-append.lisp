;; A long string built piece by piece: must not be quadratic.
(define (benchmark)
  (let loop ((i 0) (text ""))
    (if (= i 40000)
        (string-length text)
        (loop (+ i 1) (string-append text (number->string i) ",")))))
