;; The distance between two words, row by row over lists.
(define (next-row previous c word)
  (let loop ((above (cdr previous)) (corner (car previous)) (left (+ 1 (car previous)))
             (letters word) (row (list (+ 1 (car previous)))))
    (if (null? letters)
        (reverse row)
        (let ((cost (if (eq? c (car letters)) corner (+ 1 (min left corner (car above))))))
          (loop (cdr above) (car above) cost (cdr letters) (cons cost row))))))

(define (distance a b)
  (let ((letters (string->list b)))
    (last (foldl (fn (row c) (next-row row c letters))
                 (range (+ 1 (length letters)))
                 (string->list a)))))

(define (benchmark)
  (let ((words '("interpretation" "international" "specialisation" "internationalisation"
                 "characteristic" "transformation" "transcendental" "configuration")))
    (foldl + 0 (map (fn (a) (foldl + 0 (map (fn (b) (distance a b)) words))) words))))
