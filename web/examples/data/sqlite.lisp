;;; title: A database in memory
;;; about: Tables, queries and parameters with SQLite.

(define db (db/open-memory))
(db/exec db "CREATE TABLE books (title TEXT, year INTEGER)")
(for-each
  (fn (book) (db/exec db "INSERT INTO books VALUES (?, ?)" (first book) (nth book 1)))
  [["Dune" 1965] ["Neuromancer" 1984] ["Solaris" 1961]])

(for-each
  (fn (row) (println (:year row) (:title row)))
  (db/query db "SELECT * FROM books WHERE year > ? ORDER BY year" 1962))
(db/close db)
