;; A map that is filled and emptied again, key by key.
(define (benchmark n)
  (let fill ((i 0) (m {}))
    (if (< i n)
        (fill (+ i 1) (assoc m i i))
        (let empty ((i 0) (m m))
          (if (= i n) (count m) (empty (+ i 1) (dissoc m i)))))))
