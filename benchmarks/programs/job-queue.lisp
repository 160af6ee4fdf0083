;; A queue as a map of two lists: jobs that wait, are done in slices, and wait again.
(define empty-queue {:front '() :back '()})

(define (push queue item)
  {:front (:front queue) :back (cons item (:back queue))})

(define (balance queue)
  (if (null? (:front queue))
      {:front (reverse (:back queue)) :back '()}
      queue))

(define (empty-queue? queue)
  (and (null? (:front queue)) (null? (:back queue))))

(define (run queue slice)
  (let loop ((queue queue) (time 0) (turnaround 0))
    (if (empty-queue? queue)
        turnaround
        (let* ((queue (balance queue))
               (job (first (:front queue)))
               (others (assoc queue :front (rest (:front queue))))
               (left (- (:work job) slice)))
          (if (> left 0)
              (loop (push others (assoc job :work left)) (+ time slice) turnaround)
              (let ((end (+ time (:work job))))
                (loop others end (+ turnaround (- end (:arrived job))))))))))

(define (benchmark)
  (run (foldl push empty-queue
              (map (fn (i) {:id i :work (+ 1 (modulo (* i 37) 50)) :arrived (modulo i 10)}) (range 100)))
       4))
