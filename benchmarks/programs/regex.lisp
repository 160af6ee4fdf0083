;; Regular expressions: find all, take groups, replace, split.
(define log
  (string/join
    (map (fn (i) (str "2026-0" (+ 1 (mod i 9)) "-1" (mod i 10) " user" (mod i 50)
                      "@example.org took " (* i 3) " ms"))
         (range 1500))
    "\n"))

(define (duration line)
  (let ((found (regex/match #"took (\d+) ms" line)))
    (if (nil? found) 0 (string->number (car (:groups found))))))

(define (benchmark)
  (let ((lines (string/split log "\n")))
    (+ (length (regex/find-all #"user\d+@[a-z]+\.org" log))
       (foldl + 0 (map duration lines))
       (string-length (regex/replace-all #"(\d{4})-(\d{2})-(\d{2})" "$3.$2.$1" log))
       (length (regex/split #"\s+" log)))))
