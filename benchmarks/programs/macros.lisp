;; Code that leans on macros, destructuring and optional parts.
(defmacro unless-zero (n . body) `(if (= 0 ,n) 0 (begin ,@body)))
(defmacro swap! (a b) `(let ((old ,a)) (set! ,a ,b) (set! ,b old)))

(define (spread point) (let (([x y] point)) (+ (* 3 x) y)))

(define (benchmark)
  (let ((low 0) (high 1))
    (let loop ((i 0) (total 0))
      (if (= i 40000)
          (+ total low high)
          (begin
            (set! low (+ low i))
            (swap! low high)
            (loop (+ i 1)
                  (+ total (unless-zero (mod i 5) (spread (list i low))))))))))
