;; An evaluator over quoted lists: symbols compared, items by nth, a map as environment.
(define (ev e env)
  (cond ((number? e) e)
        ((symbol? e) (get env e))
        (else
         (let ((op (first e)))
           (cond ((= op 'add) (+ (ev (nth e 1) env) (ev (nth e 2) env)))
                 ((= op 'mul) (* (ev (nth e 1) env) (ev (nth e 2) env)))
                 ((= op 'let) (ev (nth e 3) (assoc env (nth e 1) (ev (nth e 2) env))))
                 (else 0))))))

(define program '(let x 3 (let y (add x 4) (mul (add x y) (add y (mul x y))))))

(define (benchmark)
  (let loop ((i 0) (sum 0))
    (if (= i 1000) sum (loop (+ i 1) (+ sum (ev program {}))))))
