;; Symbolic derivation over nested lists.
(defn derive [e]
  (cond
    (isinstance e int) 0
    (isinstance e str) (if (= e "x") 1 0)
    True
      (do
        (setv [operator #* parts] e)
        (cond
          (in operator ["+" "-"]) [operator #* (lfor part parts (derive part))]
          (= operator "*") ["*" e ["+" #* (lfor part parts ["/" (derive part) part])]]
          (= operator "/")
            (do
              (setv [a b] parts)
              ["-" ["/" (derive a) b] ["/" a ["*" b b (derive b)]]])
          True (raise (ValueError "unknown operator"))))))

(defn size [e]
  (if (isinstance e list) (sum (gfor part e (size part))) 1))

(setv EXPRESSION
  ["+" ["*" 3 "x" "x"] ["*" "a" "x" "x"] ["*" "b" "x"] ["/" ["-" "x" 1] ["+" "x" 5]] 5])

(defn benchmark []
  (sum (gfor _ (range 400) (size (derive EXPRESSION)))))
