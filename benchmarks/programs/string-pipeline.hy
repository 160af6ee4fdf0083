;; Strings split, changed, filtered and joined.
(setv TEXT (.join " " (gfor i (range 3000) f"Word{i}{(if (= 0 (% i 5)) "," "")}")))

(defn benchmark []
  (setv words (gfor word (.split TEXT " ") (.replace (.lower word) "," "")))
  (len (.join "\n" (gfor word words
                         :if (not (.endswith word "7"))
                         (+ word "-" (cut word None None -1))))))
