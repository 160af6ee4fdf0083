;; An evaluator with functions: closures as tagged lists, environments as maps that grow.
(define (evaluate e env)
  (cond ((number? e) e)
        ((symbol? e)
         (if (contains? env e) (get env e) (error (str "unbound: " e))))
        ((eq? (car e) 'quote) (cadr e))
        ((eq? (car e) 'if)
         (if (evaluate (nth e 1) env)
             (evaluate (nth e 2) env)
             (evaluate (nth e 3) env)))
        ((eq? (car e) 'lambda) (list 'closure (nth e 1) (nth e 2) env))
        (else
         (apply-function (evaluate (car e) env)
                         (map (fn (each) (evaluate each env)) (cdr e))
                         env))))

(define (apply-function f arguments env)
  (if (list? f)
      (evaluate (nth f 2) (extend (merge env (nth f 3)) (nth f 1) arguments))
      (apply f arguments)))

(define (extend env names values)
  (if (null? names)
      env
      (extend (assoc env (car names) (car values)) (cdr names) (cdr values))))

(define globals
  {'+ (fn (a b) (+ a b))
   '- (fn (a b) (- a b))
   '* (fn (a b) (* a b))
   '< (fn (a b) (< a b))})

(define fact '(lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))
(define fib '(lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))

(define (benchmark)
  (let* ((env (assoc globals 'fact (evaluate fact globals)))
         (env (assoc env 'fib (evaluate fib env))))
    (evaluate '(+ (fact 10) (fib 10)) env)))
