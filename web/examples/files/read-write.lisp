;;; title: Write and read a file
;;; about: Text files, line by line.

(file/write "list.txt" "milk\nbread\n")
(file/append "list.txt" "honey\n")
(for-each (fn (line) (println "–" line)) (file/read-lines "list.txt"))
(file/info "list.txt")
