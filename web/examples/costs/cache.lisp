;;; title: Ask once
;;; about: The same question is answered from the cache the second time.

(define (ask) (llm/complete "What is the capital of France?" {:max-tokens 200}))
(llm/with-cache
  (fn ()
    (println (ask))
    (println (ask))))
(llm/cache-stats)
