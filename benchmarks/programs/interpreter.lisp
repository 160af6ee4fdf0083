;; A small interpreter for a Lisp without strings, with environments as association lists.
(define (lookup name env)
  (cond ((null? env) (throw (str "unbound " name)))
        ((eq? name (caar env)) (cadar env))
        (else (lookup name (cdr env)))))

(define (bind names values env)
  (if (null? names)
      env
      (bind (cdr names) (cdr values) (cons (list (car names) (car values)) env))))

(define globals {})

(define (run e env)
  (cond ((symbol? e) (if (contains? globals e) (get globals e) (lookup e env)))
        ((not (pair? e)) e)
        (else
         (let ((head (car e)))
           (cond ((eq? head 'if)
                  (if (run (cadr e) env) (run (caddr e) env) (run (cadr (cddr e)) env)))
                 ((eq? head 'lambda)
                  (let ((names (cadr e)) (body (caddr e)))
                    (fn (values) (run body (bind names values env)))))
                 (else
                  ((run head env) (map (fn (part) (run part env)) (cdr e)))))))))

(set! globals
  {'+ (fn (v) (+ (car v) (cadr v)))
   '- (fn (v) (- (car v) (cadr v)))
   '< (fn (v) (< (car v) (cadr v)))
   'fib (run '(lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) '())})

(define (benchmark) (run '((lambda (x) (+ x (fib 13))) 7) '()))
