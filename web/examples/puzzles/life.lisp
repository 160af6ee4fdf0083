;;; title: The game of life
;;; about: A glider walks over a small grid.

(define size 8)
(define glider '((1 2) (2 3) (3 1) (3 2) (3 3)))

(define (neighbours cell)
  (filter (fn (c) (not (equal? c cell)))
    (flat-map
      (fn (dr) (map (fn (dc) (list (mod (+ (first cell) dr) size) (mod (+ (nth cell 1) dc) size))) '(-1 0 1)))
      '(-1 0 1))))

(define (alive? cell cells)
  (define n (length (filter (fn (c) (member c cells)) (neighbours cell))))
  (or (= n 3) (and (= n 2) (member cell cells))))

(define (step-on cells)
  (filter (fn (c) (alive? c cells))
    (flat-map (fn (r) (map (fn (c) (list r c)) (range size))) (range size))))

(define (show cells)
  (dotimes (r size)
    (println (string/join (for/list ((c (range size))) (if (member (list r c) cells) "●" "·")) " ")))
  (println))

(show glider)
(show (step-on (step-on (step-on (step-on glider)))))
