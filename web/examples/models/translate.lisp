;;; title: Translate a list
;;; about: One prompt, several languages.

(define sentence "The early bird catches the worm.")
(define languages ["German" "Spanish" "Japanese"])

(for-each
  (fn (language)
    (println (string/pad-right language 9)
             (llm/complete f"Translate into ${language}, nothing else: ${sentence}" {:max-tokens 200})))
  languages)
