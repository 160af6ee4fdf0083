;;; title: Not for ever
;;; about: A task that takes too long is given up.

(define slow (async (sleep 2000) "late"))
(println
  (try (async/timeout 50 slow)
    (catch e f"gave up: ${(:message e)}")))
