;; Tail calls of functions that come in as arguments: continuation-passing style.
(define (product items k)
  (if (null? items)
      (k 1)
      (product (cdr items) (fn (rest) (k (mod (* (car items) rest) 10007))))))

(define (benchmark)
  (let ((items (range 1 401)))
    (let loop ((i 0) (total 0))
      (if (= i 200)
          total
          (loop (+ i 1) (+ total (product items (fn (x) (+ x i)))))))))
