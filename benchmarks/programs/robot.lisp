;; A robot's state as a map: commands turn, move and paint, one new state after the other.
(define commands
  (map (fn (i) (nth '(:forward :left :forward :paint :right :forward :forward :paint :left :back) (modulo (* i 7) 10)))
       (range 1500)))

(define (turn facing by)
  (let ((order '(:north :east :south :west)))
    (nth order (modulo (+ by (index-of facing order)) 4))))

(define (index-of item items)
  (let loop ((items items) (place 0))
    (cond ((null? items) -1)
          ((= (first items) item) place)
          (else (loop (rest items) (+ place 1))))))

(define (move robot distance)
  (case (:facing robot)
    ((:north) (assoc robot :y (- (:y robot) distance)))
    ((:south) (assoc robot :y (+ (:y robot) distance)))
    ((:east) (assoc robot :x (+ (:x robot) distance)))
    (else (assoc robot :x (- (:x robot) distance)))))

(define (obey robot command)
  (cond ((= command :forward) (move robot 1))
        ((= command :back) (move robot -1))
        ((= command :left) (assoc robot :facing (turn (:facing robot) -1)))
        ((= command :right) (assoc robot :facing (turn (:facing robot) 1)))
        ((= command :paint)
         (let ((place (str (:x robot) "," (:y robot))))
           (assoc robot :painted (assoc (:painted robot) place #t))))
        (else robot)))

(define (benchmark)
  (let ((end (foldl obey {:x 0 :y 0 :facing :north :painted {}} commands)))
    (str (:x end) " " (:y end) " " (:facing end) " " (length (keys (:painted end))))))
