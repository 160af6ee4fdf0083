;;; title: FizzBuzz
;;; about: The classic, as a match.

(for-each
  (fn (n)
    (println (match [(mod n 3) (mod n 5)]
               ([0 0] "FizzBuzz")
               ([0 _] "Fizz")
               ([_ 0] "Buzz")
               (_ n))))
  (range 1 16))
