;;; title: Choose the right tool
;;; about: A router that needs no model.

(deftool weather "Weather forecast of a city" {:city {:type :string}} (lambda (city) f"sunny in ${city}"))
(deftool stocks "Price of a share" {:name {:type :string}} (lambda (name) f"${name}: 42"))

(define tools [weather stocks])
(for-each
  (fn (tool) (println (tool/name tool) "–" (tool/description tool)))
  tools)
(tool/parameters weather)
