;;; title: A small evaluator
;;; about: A program that runs programs: the heart of Lisp.

(define (evaluate form env)
  (cond ((number? form) form)
        ((symbol? form) (get env form))
        (else
          (define values (map (fn (f) (evaluate f env)) (cdr form)))
          (case (car form)
            ((+) (apply + values))
            ((*) (apply * values))
            ((max) (apply max values))))))

(evaluate '(+ x (* y 10) (max 1 7)) {'x 1 'y 2})
