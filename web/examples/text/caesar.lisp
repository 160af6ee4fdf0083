;;; title: A secret writing
;;; about: Shift each letter, and shift it back.

(define (shift-char c by)
  (define (turn base) (integer->char (+ base (modulo (+ (- (char->integer c) base) by) 26))))
  (cond ((char-lower-case? c) (turn 97))
        ((char-upper-case? c) (turn 65))
        (else c)))

(define (caesar text by)
  (list->string (map (fn (c) (shift-char c by)) (string->list text))))

(define secret (caesar "Meet me at the old bridge." 7))
(println secret)
(println (caesar secret -7))
