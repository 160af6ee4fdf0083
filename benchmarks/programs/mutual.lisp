;; Tail calls around a cycle of three functions: none may grow the stack.
(define (state-a n total) (if (= n 0) total (state-b (- n 1) (+ total 1))))
(define (state-b n total) (if (= n 0) total (state-c (- n 1) (+ total 2))))
(define (state-c n total) (if (= n 0) total (state-a (- n 1) (+ total 3))))

(define (benchmark) (state-a 300000 0))
