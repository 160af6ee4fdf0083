;;; title: Records
;;; about: A type of your own with named fields.

(define-record-type point (make-point x y) point? (x point-x) (y point-y))

(define (distance p q)
  (sqrt (+ (expt (- (point-x p) (point-x q)) 2) (expt (- (point-y p) (point-y q)) 2))))

(println (distance (make-point 0 0) (make-point 3 4)))
(point? (make-point 1 2))
