;;; title: Pack an archive
;;; about: Several files in one, and a look into it.

(file/write "a.txt" "first")
(file/write "b.txt" "second, a little longer")
(zip/create "both.zip" ["a.txt" "b.txt"])
(for-each println (zip/list "both.zip"))
