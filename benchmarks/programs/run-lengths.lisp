;; Strings taken apart character by character: run lengths written and read back.
(define text
  (string/join (map (fn (i) (string/repeat (nth '("a" "b" "c" "d") (modulo (* i i) 4)) (+ 1 (modulo (* i 5) 9))))
                    (range 80))
               ""))

(define (char->text c) (list->string (list c)))

(define (encode text)
  (let loop ((characters (string->list text)) (current nil) (count 0) (parts '()))
    (cond ((null? characters)
           (string/join (reverse (if (nil? current) parts (cons (str count (char->text current)) parts))) ""))
          ((= (car characters) current)
           (loop (cdr characters) current (+ count 1) parts))
          (else
           (loop (cdr characters) (car characters) 1
                 (if (nil? current) parts (cons (str count (char->text current)) parts)))))))

(define (decode text)
  (let loop ((i 0) (count 0) (result ""))
    (if (= i (string-length text))
        result
        (let ((c (string-ref text i)))
          (if (char-numeric? c)
              (loop (+ i 1) (+ (* 10 count) (- (char->integer c) 48)) result)
              (loop (+ i 1) 0 (string-append result (string/repeat (char->text c) count))))))))

(define (benchmark)
  (let ((packed (encode text)))
    (str (string-length packed) " " (= text (decode packed)))))
