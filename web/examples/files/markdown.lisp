;;; title: Markdown to HTML
;;; about: Headings, and the page they make.

(define text "# Title\n\nSome *words* and a [link](https://example.org).\n\n## Part\n\n- one\n- two\n")
(println (markdown/headings text))
(println (markdown/to-html text))
