;;; title: Data from a text
;;; about: A schema says what is wanted, and what is not accepted.

;; A schema says what is wanted. An answer that does not fit goes back
;; to the model with what is wrong, at most :retries times.
(define receipt
  (llm/extract
    {:vendor {:type :string}
     :amount {:type :number :validate pos? :message "an amount is positive"}
     :date   {:type :string}
     :tip    {:type :number :optional #t}}
    "I bought coffee for $4.50 at Blue Bottle on Jan 15, 2025"))

(println (format "~a took ~a dollars." (:vendor receipt) (:amount receipt)))
receipt
