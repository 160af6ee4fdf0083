;; Look-ups in association lists of symbols.
(define table
  '((alpha 1) (beta 2) (gamma 3) (delta 4) (epsilon 5) (zeta 6) (eta 7) (theta 8)))

(define (lookup name entries)
  (cond ((null? entries) 0)
        ((eq? name (caar entries)) (cadar entries))
        (else (lookup name (cdr entries)))))

(define (benchmark)
  (let ((names '(alpha theta gamma missing eta beta)))
    (let loop ((i 0) (total 0))
      (if (= i 5000)
          total
          (loop (+ i 1)
                (foldl (fn (sum name) (+ sum (lookup name table))) total names))))))
