;;; title: An agent with a calculator
;;; about: A model that cannot count uses your function.

(deftool add "Adds two numbers" {:a {:type :number} :b {:type :number}}
  (lambda (a b) (println f"[add ${a} ${b}]") (+ a b)))
(deftool multiply "Multiplies two numbers" {:a {:type :number} :b {:type :number}}
  (lambda (a b) (println f"[multiply ${a} ${b}]") (* a b)))

(defagent accountant {:system "You compute with your tools." :tools [add multiply] :max-turns 6})
(println (agent/run accountant "What is 12 times 7?"))
