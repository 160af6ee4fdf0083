;; Calls: the naive Fibonacci function.
(defn fib [n]
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(defn benchmark [] (fib 24))
