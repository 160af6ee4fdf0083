;; Closures that keep state of their own.
(defn make-counter [step]
  (setv n 0)
  (fn []
    (nonlocal n)
    (+= n step)
    n))

(defn make-account [balance]
  (fn [action amount]
    (nonlocal balance)
    (cond (= action "deposit") (+= balance amount)
          (= action "withdraw") (-= balance amount))
    balance))

(defn benchmark []
  (setv one (make-counter 1) three (make-counter 3) account (make-account 1000))
  (for [_ (range 60000)]
    (one)
    (three)
    (account "deposit" 5)
    (account "withdraw" 3))
  (+ (one) (three) (account "deposit" 0)))
