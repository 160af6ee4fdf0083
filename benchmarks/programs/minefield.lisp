;; A grid of vectors by row and column: mines around each place counted, then an area uncovered.
(define width 16)
(define height 12)

(define field
  (list->vector
    (map (fn (y) (list->vector (map (fn (x) (= 0 (modulo (+ (* x 7) (* y 11) (* x y)) 9))) (range width))))
         (range height))))

(define (inside? x y) (and (>= x 0) (< x width) (>= y 0) (< y height)))
(define (mine? x y) (and (inside? x y) (nth (nth field y) x)))

(define around '((-1 -1) (0 -1) (1 -1) (-1 0) (1 0) (-1 1) (0 1) (1 1)))

(define (count-mines x y)
  (foldl (fn (count step) (if (mine? (+ x (car step)) (+ y (cadr step))) (+ count 1) count))
         0
         around))

(define (uncover seen x y)
  (let ((key (+ (* y width) x)))
    (if (or (not (inside? x y)) (mine? x y) (contains? seen key))
        seen
        (let* ((mines (count-mines x y)) (seen (assoc seen key mines)))
          (if (> mines 1)
              seen
              (foldl (fn (seen step) (uncover seen (+ x (car step)) (+ y (cadr step)))) seen around))))))

(define (draw seen)
  (string/join
    (map (fn (y)
           (string/join
             (map (fn (x)
                    (let ((mines (get seen (+ (* y width) x))))
                      (cond ((nil? mines) "#") ((= mines 0) ".") (else (number->string mines)))))
                  (range width))
             ""))
         (range height))
    "/"))

(define (benchmark) (draw (uncover {} 3 5)))
