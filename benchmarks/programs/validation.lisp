;; Rows checked one by one: what is wrong is thrown, caught around each row, and counted.
(define rows
  (map (fn (i)
         {:id i
          :name (if (= 0 (modulo i 7)) "" (str "user" i))
          :age (if (= 0 (modulo i 5)) "unknown" (str (modulo (* i 13) 130)))
          :email (if (= 0 (modulo i 11)) "nowhere" (str "user" i "@example.org"))})
       (range 200)))

(define (check-name row)
  (when (= "" (:name row))
    (throw {:field :name :message "is empty"}))
  row)

(define (check-age row)
  (let ((age (string->number (:age row))))
    (cond ((or (nil? age) (not (number? age))) (throw {:field :age :message "is no number"}))
          ((> age 120) (throw {:field :age :message "is too high"}))
          (else (assoc row :age age)))))

(define (check-email row)
  (if (string/contains? (:email row) "@")
      row
      (throw {:field :email :message "has no @"})))

(define (validate row)
  (try
    {:ok (check-email (check-age (check-name row)))}
    (catch e {:error (:value e) :id (:id row)})))

(define (count-errors results)
  (foldl (fn (counts result)
           (if (:error result)
               (let ((field (:field (:error result))))
                 (assoc counts field (+ 1 (get counts field 0))))
               (assoc counts :ok (+ 1 (get counts :ok 0)))))
         {}
         results))

(define (benchmark)
  (let ((counts (count-errors (map validate rows))))
    (str (:ok counts) " " (:name counts) " " (:age counts) " " (:email counts))))
