;; A job over 100,000 lines: split, filter, count by key, find the most frequent.
(setv LOG (.join "\n" (gfor i (range 100000)
  f"{(% (* i 7) 24)}:00 {(if (% i 9) "INFO" "ERROR")} host{(% i 40)}")))

(defn benchmark []
  (setv counts {})
  (for [line (.split LOG "\n")]
    (when (in "ERROR" line)
      (setv host (get (.split line " ") 2))
      (setv (get counts host) (+ 1 (.get counts host 0)))))
  (max (.values counts)))
