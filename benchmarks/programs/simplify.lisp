;; Algebra over quoted lists: derived, simplified by rules until nothing changes, and shown.
(define (derive e x)
  (cond ((number? e) 0)
        ((symbol? e) (if (= e x) 1 0))
        ((= (first e) '+) (list '+ (derive (nth e 1) x) (derive (nth e 2) x)))
        ((= (first e) '*)
         (list '+
               (list '* (derive (nth e 1) x) (nth e 2))
               (list '* (nth e 1) (derive (nth e 2) x))))
        (else (throw "what is this?"))))

(define (simplify-sum a b)
  (cond ((and (number? a) (number? b)) (+ a b))
        ((= a 0) b)
        ((= b 0) a)
        ((= a b) (list '* 2 a))
        (else (list '+ a b))))

(define (simplify-product a b)
  (cond ((and (number? a) (number? b)) (* a b))
        ((or (= a 0) (= b 0)) 0)
        ((= a 1) b)
        ((= b 1) a)
        (else (list '* a b))))

(define (simplify e)
  (if (list? e)
      (let ((a (simplify (nth e 1))) (b (simplify (nth e 2))))
        (if (= (first e) '+) (simplify-sum a b) (simplify-product a b)))
      e))

(define (simplify-fully e)
  (let ((simpler (simplify e)))
    (if (= simpler e) e (simplify-fully simpler))))

(define (show e)
  (if (list? e)
      (string-append "(" (show (nth e 1)) " " (symbol->string (first e)) " " (show (nth e 2)) ")")
      (str e)))

(define polynomial '(+ (* (* x x) (+ x (* 3 y))) (+ (* 5 x) (* (+ x 1) (+ x y)))))

(define (benchmark)
  (let loop ((i 0) (e polynomial))
    (if (= i 2) (show e) (loop (+ i 1) (simplify-fully (derive e 'x))))))
