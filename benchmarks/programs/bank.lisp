;; Accounts as records in a map, and transfers that throw what is wrong with them.
(define-record-type account
  (make-account owner balance history)
  account?
  (owner account-owner)
  (balance account-balance)
  (history account-history))

(define (find-account bank id)
  (or (get bank id) (throw {:reason :unknown :id id})))

(define (withdraw account amount)
  (if (< (account-balance account) amount)
      (throw {:reason :overdrawn :id (account-owner account)})
      (make-account (account-owner account)
                    (- (account-balance account) amount)
                    (cons (- 0 amount) (account-history account)))))

(define (deposit account amount)
  (make-account (account-owner account)
                (+ (account-balance account) amount)
                (cons amount (account-history account))))

(define (transfer bank from to amount)
  (let ((source (find-account bank from)) (target (find-account bank to)))
    (assoc bank from (withdraw source amount) to (deposit target amount))))

(define (benchmark)
  (let loop ((i 0)
             (bank (foldl (fn (bank id) (assoc bank id (make-account id 100 '()))) {} (range 20)))
             (failed 0))
    (if (= i 500)
        (+ (* 10000 failed)
           (foldl (fn (sum account) (+ sum (* (account-balance account) (length (account-history account)))))
                  0
                  (vals bank)))
        (let ((after (try (transfer bank (modulo (* i 7) 23) (modulo (+ i 11) 20) (modulo (* i 3) 60))
                       (catch e nil))))
          (if (nil? after)
              (loop (+ i 1) bank (+ failed 1))
              (loop (+ i 1) after failed))))))
