;; A machine for quoted instructions: a vector as program, a list as stack, a map as memory.
(define program
  (list->vector
    '((push 0) (store sum) (push 1) (store i)
      (load sum) (load i) (add) (store sum)
      (load i) (push 1) (add) (store i)
      (load i) (push 200) (less) (jump-if 4)
      (load sum) (halt))))

(define (step state)
  (let* ((instruction (nth program (:counter state)))
         (op (first instruction))
         (stack (:stack state))
         (next (assoc state :counter (+ 1 (:counter state)))))
    (case op
      ((push) (assoc next :stack (cons (nth instruction 1) stack)))
      ((load) (assoc next :stack (cons (get (:memory state) (nth instruction 1)) stack)))
      ((store) (assoc next :stack (rest stack)
                           :memory (assoc (:memory state) (nth instruction 1) (first stack))))
      ((add) (assoc next :stack (cons (+ (nth stack 1) (first stack)) (rest (rest stack)))))
      ((less) (assoc next :stack (cons (< (nth stack 1) (first stack)) (rest (rest stack)))))
      ((jump-if) (let ((after (assoc next :stack (rest stack))))
                   (if (first stack) (assoc after :counter (nth instruction 1)) after)))
      ((halt) (assoc next :halted #t))
      (else (throw (str "unknown instruction " op))))))

(define (run state)
  (if (:halted state) (first (:stack state)) (run (step state))))

(define (benchmark) (run {:counter 0 :stack '() :memory {} :halted #f}))
