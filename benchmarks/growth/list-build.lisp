;; A list made by cons in a loop, reversed, and walked.
(define (benchmark n)
  (let ((items (let loop ((i 0) (made '()))
                 (if (= i n) (reverse made) (loop (+ i 1) (cons i made))))))
    (let loop ((rest items) (total 0))
      (if (null? rest) total (loop (cdr rest) (+ total (car rest)))))))
