;;; title: A way through a maze
;;; about: Breadth-first search finds the shortest path.

(define maze
  ["#########"
   "#S..#...#"
   "#.#.#.#.#"
   "#.#...#E#"
   "#########"])
(define (at row column) (string-ref (nth maze row) column))
(define (find mark)
  (first (filter (fn (p) (char=? (at (first p) (nth p 1)) mark))
    (flat-map (fn (r) (map (fn (c) (list r c)) (range 9))) (range 5)))))

(define (search goal)
  (let loop ((queue (list (list (find #\S)))) (seen (list (find #\S))))
    (define path (car queue))
    (define place (car path))
    (if (equal? place goal)
        (reverse path)
        (let ((next (filter (fn (p) (and (not (char=? (at (first p) (nth p 1)) #\#)) (not (member p seen))))
                      (map (fn (d) (list (+ (first place) (first d)) (+ (nth place 1) (nth d 1))))
                           '((0 1) (1 0) (0 -1) (-1 0))))))
          (loop (append (cdr queue) (map (fn (p) (cons p path)) next)) (append seen next))))))

(define path (search (find #\E)))
(println (length path) "steps:" path)
