;; The game of life without a board: a map whose keys are the places of living cells.
(define glider '((1 0) (2 1) (0 2) (1 2) (2 2)))
(define blinker '((10 10) (10 11) (10 12)))

(define (neighbours cell)
  (let ((x (first cell)) (y (nth cell 1)))
    (map (fn (step) (list (+ x (first step)) (+ y (nth step 1))))
         '((-1 -1) (0 -1) (1 -1) (-1 0) (1 0) (-1 1) (0 1) (1 1)))))

(define (count-neighbours cells)
  (foldl (fn (counts cell)
           (foldl (fn (counts each) (assoc counts each (+ 1 (get counts each 0))))
                  counts
                  (neighbours cell)))
         {}
         (keys cells)))

(define (next-generation cells)
  (let ((counts (count-neighbours cells)))
    (foldl (fn (living cell)
             (let ((count (get counts cell)))
               (if (or (= count 3) (and (= count 2) (contains? cells cell)))
                   (assoc living cell #t)
                   living)))
           {}
           (keys counts))))

(define (benchmark)
  (let loop ((i 0) (cells (foldl (fn (cells each) (assoc cells each #t)) {} (append glider blinker))))
    (if (= i 12)
        (foldl (fn (sum cell) (+ sum (* (first cell) (nth cell 1)))) 0 (keys cells))
        (loop (+ i 1) (next-generation cells)))))
