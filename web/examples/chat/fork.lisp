;;; title: A conversation with two ends
;;; about: One talk goes on in two ways.

;; Conversations are values: each step makes a new one.
(define talk
  (-> (conversation/new)
      (conversation/set-system "You are a concise tutor.")
      (conversation/say "Explain closures in 2 bullets.")))

(define python (conversation/say (conversation/fork talk) "Now with Python."))
(define rust (conversation/say (conversation/fork talk) "Now with Rust."))

(println (conversation/last-reply python))
(println (conversation/last-reply rust))
(map conversation/length (list talk python rust))
