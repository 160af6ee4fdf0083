;;; title: Send a prompt
;;; about: A prompt is a value; llm/send asks it.

(define review-prompt
  (prompt
    (system "You are a code reviewer. Be concise.")
    (user "Review this function.")))

(llm/send review-prompt {:max-tokens 200})
