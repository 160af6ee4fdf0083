;; Two tasks that answer each other through two channels, and a row of workers behind them.
(define (benchmark)
  (let ((there (channel/new 1)) (back (channel/new 1)))
    (async/spawn
      (fn ()
        (let loop ()
          (let ((n (channel/recv there)))
            (unless (nil? n)
              (channel/send back (+ n 1))
              (loop))))))
    (async/await
      (async/spawn
        (fn ()
          (let loop ((i 0) (n 0))
            (if (= i 2000)
                (begin (channel/close there) n)
                (begin
                  (channel/send there n)
                  (loop (+ i 1) (channel/recv back))))))))))
