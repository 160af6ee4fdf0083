;; Symbolic derivation: lists of symbols taken apart and put together.
(define (derive e)
  (cond ((number? e) 0)
        ((symbol? e) (if (eq? e 'x) 1 0))
        ((eq? (car e) '+) (cons '+ (map derive (cdr e))))
        ((eq? (car e) '-) (cons '- (map derive (cdr e))))
        ((eq? (car e) '*)
         (list '* e (cons '+ (map (fn (part) (list '/ (derive part) part)) (cdr e)))))
        ((eq? (car e) '/)
         (list '- (list '/ (derive (cadr e)) (caddr e))
                  (list '/ (cadr e) (list '* (caddr e) (caddr e) (derive (caddr e))))))
        (else (throw "unknown operator"))))

(define (size e)
  (if (pair? e) (foldl + 0 (map size e)) 1))

(define expression '(+ (* 3 x x) (* a x x) (* b x) (/ (- x 1) (+ x 5)) 5))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 400)
        total
        (loop (+ i 1) (+ total (size (derive expression)))))))
