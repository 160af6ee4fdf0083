;; Tasks that end without waiting, started and awaited one after the other.
(define (benchmark n)
  (let loop ((i 0) (total 0))
    (if (= i n)
        total
        (loop (+ i 1) (+ total (async/await (async/spawn (fn () i))))))))
