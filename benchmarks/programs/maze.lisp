;; The shortest way through a maze of strings: a queue of places, and a map of what was seen.
(define maze
  ["#################"
   "#S..#.....#.....#"
   "#.#.#.###.#.###.#"
   "#.#...#.#...#...#"
   "#.#####.#####.#.#"
   "#.#.........#.#.#"
   "#.#.#######.#.#.#"
   "#...#.....#...#.#"
   "#.###.###.#####.#"
   "#.....#.......#E#"
   "#################"])

(define (at row column) (string-ref (nth maze row) column))

(define (neighbours place)
  (let ((row (first place)) (column (nth place 1)))
    (filter (fn (next) (not (= (at (first next) (nth next 1)) #\#)))
            (list (list (- row 1) column) (list (+ row 1) column)
                  (list row (- column 1)) (list row (+ column 1))))))

(define (search start)
  (let loop ((queue (list (list start 0))) (seen {start #t}))
    (if (null? queue)
        nil
        (let* ((entry (first queue)) (place (first entry)) (steps (nth entry 1)))
          (if (= (at (first place) (nth place 1)) #\E)
              steps
              (let ((new (filter (fn (next) (not (contains? seen next))) (neighbours place))))
                (loop (append (rest queue) (map (fn (next) (list next (+ steps 1))) new))
                      (foldl (fn (seen next) (assoc seen next #t)) seen new))))))))

(define (benchmark) (search '(1 1)))
