;;; title: Take apart a page
;;; about: Select parts of HTML by CSS selectors.

(define page (html/parse "<h1>Menu</h1><ul><li class='hot'>Soup <b>4 €</b></li><li>Salad <b>6 €</b></li></ul>"))

(println (html/select-text page "h1"))
(println "hot:" (html/select-text page "li.hot"))
(println "prices:" (html/select-text page "li b"))
