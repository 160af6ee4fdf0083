;; The sieve of Eratosthenes in a list.
(defn benchmark []
  (setv limit 60000 flags (* [True] limit) found 0)
  (for [i (range 2 limit)]
    (when (get flags i)
      (+= found 1)
      (for [j (range (* i i) limit i)]
        (setv (get flags j) False))))
  found)
