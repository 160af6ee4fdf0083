;; A log as a list of maps: filtered, grouped by day, totalled, sorted and rendered.
(define events
  (map (fn (i)
         {:day (+ 1 (modulo i 7)) :kind (nth '(:visit :order :refund) (modulo (* i i) 3)) :amount (modulo (* i 29) 100)})
       (range 400)))

(define (total events)
  (foldl (fn (sum event)
           (if (= (:kind event) :refund) (- sum (:amount event)) (+ sum (:amount event))))
         0
         events))

(define (add-to-group groups event)
  (let ((day (:day event)))
    (assoc groups day (append (get groups day '()) (list event)))))

(define (summary groups)
  (map (fn (day)
         (let ((events (get groups day)))
           {:day day :count (length events) :total (total events)}))
       (keys groups)))

(define (render line)
  (string-append "day " (str (:day line)) ": " (str (:count line)) " events, " (str (:total line))))

(define (benchmark)
  (let* ((relevant (filter (fn (event) (and (> (:amount event) 10) (not (= (:kind event) :visit)))) events))
         (lines (summary (foldl add-to-group {} relevant)))
         (ranked (sort-by (fn (line) (- 0 (:total line))) lines)))
    (string/join (map render (take 3 ranked)) "; ")))
