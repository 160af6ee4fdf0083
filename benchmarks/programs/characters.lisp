;; Strings as characters: palindromes, and a cipher.
(define (rotate c)
  (let ((code (char->integer c)))
    (cond ((and (>= code 97) (<= code 122)) (integer->char (+ 97 (mod (+ (- code 97) 13) 26))))
          ((and (>= code 65) (<= code 90)) (integer->char (+ 65 (mod (+ (- code 65) 13) 26))))
          (else c))))

(define (encode text) (list->string (map rotate (string->list text))))

(define (palindrome? text)
  (let loop ((i 0) (j (- (string-length text) 1)))
    (cond ((>= i j) #t)
          ((eq? (string-ref text i) (string-ref text j)) (loop (+ i 1) (- j 1)))
          (else #f))))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 500)
        total
        (let ((text (str "The quick brown fox " i " jumps over the lazy dog " i)))
          (loop (+ i 1)
                (+ total
                   (string-length (encode text))
                   (if (palindrome? (string-append text (string/reverse text))) 1 0)))))))
