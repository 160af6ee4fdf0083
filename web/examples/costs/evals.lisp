;;; title: Test a prompt
;;; about: defeval tries a prompt on cases and compares models.

;; What the demo model says, by the model that is asked. Leave it out to ask models.
(demo/script
  [(fn (request)
     (define text (:content (last (:messages request))))
     (if (and (= (:model request) "careful") (string/contains? text "theme")) "wish" "bug"))]
  {:repeat #t})

(defeval labels
  {:cases [{:text "It crashes when I save." :expect :bug}
           {:text "Please add a dark theme." :expect :wish}]
   :models ["demo/careful" "demo/quick"]
   :repeat 2
   :matchers {:max-latency 10000}}
  (fn (row) (llm/classify [:bug :wish] (:text row))))

(eval/run)
