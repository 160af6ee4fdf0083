;;; title: Read a configuration
;;; about: TOML as maps.

(define config (toml/decode "title = \"Demo\"\n[server]\nport = 8080\nhosts = [\"a\", \"b\"]\n"))
(println (get-in config [:server :port]))
config
