;; A string that grows piece by piece.
(define (benchmark n)
  (let loop ((i 0) (text ""))
    (if (= i n) (string-length text) (loop (+ i 1) (string-append text "ab")))))
