;; A long string built piece by piece.
(defn benchmark []
  (setv text "")
  (for [i (range 40000)]
    (+= text (+ (str i) ",")))
  (len text))
