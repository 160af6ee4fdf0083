;;; title: A tool the model calls
;;; about: The model asks your function.

;; The model may call this function; its result goes back to the model.
(deftool get-weather
  "Get the weather in a city"
  {:city {:type :string :description "Name of the city"}}
  (lambda (city)
    (println f"[tool] looking up ${city}")
    (format "Sunny and 21 degrees in ~a" city)))

(llm/chat
  [(message :user "What is the weather in Lisbon?")]
  {:tools [get-weather] :max-tokens 200})
