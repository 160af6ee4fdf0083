;;; title: Eight queens
;;; about: Place queens so that none attacks another.

(define (safe? column placed)
  (let loop ((distance 1) (rest placed))
    (or (null? rest)
        (and (not (= (car rest) column))
             (not (= (abs (- (car rest) column)) distance))
             (loop (+ distance 1) (cdr rest))))))

(define (solve size)
  (let place ((row 0) (placed '()))
    (if (= row size)
        placed
        (let look ((column 0))
          (if (= column size)
              #f
              (or (and (safe? column placed) (place (+ row 1) (cons column placed)))
                  (look (+ column 1))))))))

(for-each
  (fn (column) (println (string/join (for/list ((c (range 8))) (if (= c column) "♛" "·")) " ")))
  (solve 8))
