;; A string read character by character.
(define (benchmark n)
  (let ((text (string/repeat "abcdefghij" (quotient n 10))))
    (let loop ((i 0) (found 0))
      (if (= i n)
          found
          (loop (+ i 1) (if (eq? (string-ref text i) #\c) (+ found 1) found))))))
