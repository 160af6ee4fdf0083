;;; title: Keep a transcript
;;; about: A conversation as Markdown, written to a file.

(define talk
  (-> (conversation/new)
      (conversation/say "Name three rivers.")
      (conversation/say "Which of them is the longest?")))

(define markdown
  (string/join
    (map (fn (m) f"**${(message/role m)}**: ${(message/content m)}") (conversation/messages talk))
    "\n\n"))
(file/write "talk.md" markdown)
(println markdown)
(println "written to talk.md:" (string/length (file/read "talk.md")) "characters")
