;; 10,000 tasks that each send one number through a channel to one that adds them up.
(define (benchmark)
  (let ((numbers (channel/new 64)))
    (for-each (fn (i) (async/spawn (fn () (channel/send numbers i)))) (range 10000))
    (async/await
      (async/spawn
        (fn ()
          (let loop ((left 10000) (total 0))
            (if (= left 0)
                total
                (loop (- left 1) (+ total (channel/recv numbers))))))))))
