;; Values from one task to another through a channel of 64 places.
(define (benchmark n)
  (let ((numbers (channel/new 64)))
    (async/spawn
      (fn ()
        (dotimes (i n) (channel/send numbers i))
        (channel/close numbers)))
    (async/await
      (async/spawn
        (fn ()
          (let loop ((total 0))
            (let ((n (channel/recv numbers)))
              (if (nil? n) total (loop (+ total n))))))))))
