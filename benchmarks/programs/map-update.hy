;; Counting words by hand.
(setv WORDS (lfor i (range 15000) f"w{(% (* i 7919) 500)}"))

(defn benchmark []
  (setv counts {})
  (for [word WORDS]
    (setv (get counts word) (+ 1 (.get counts word 0))))
  (max (.values counts)))
