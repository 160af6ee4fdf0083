;; In which order to build: a graph as a map of lists, walked depth first; a cycle is an error.
(define (task i) (string->symbol (str "task" i)))

(define graph
  (foldl (fn (graph i)
           (assoc graph (task i)
                  (map task (filter (fn (j) (and (< j i) (= 0 (modulo (+ i j) 7)))) (range 60)))))
         {}
         (range 60)))

(define (visit graph name state)
  (let ((mark (get (:marks state) name)))
    (cond ((= mark :done) state)
          ((= mark :open) (throw {:cycle name}))
          (else
           (let* ((open (assoc state :marks (assoc (:marks state) name :open)))
                  (after (foldl (fn (state next) (visit graph next state)) open (get graph name))))
             {:marks (assoc (:marks after) name :done)
              :order (cons name (:order after))})))))

(define (build-order graph)
  (reverse (:order (foldl (fn (state name) (visit graph name state))
                          {:marks {} :order '()}
                          (keys graph)))))

(define (check graph)
  (try (length (build-order graph))
    (catch e (str "cycle at " (:cycle (:value e))))))

(define (benchmark)
  (str (check graph) ", " (check (assoc graph (task 0) (list (task 7)))) ", "
       (string/join (map symbol->string (take 4 (build-order graph))) " ")))
