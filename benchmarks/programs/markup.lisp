;; Markup rendered from nested vectors: a tag, perhaps attributes, and children.
(define (escape text)
  (string/replace (string/replace (string/replace text "&" "&amp;") "<" "&lt;") ">" "&gt;"))

(define (render-attributes attributes)
  (string/join (map (fn (key) (str " " (keyword->string key) "=\"" (get attributes key) "\"")) (keys attributes)) ""))

(define (render node)
  (cond ((string? node) (escape node))
        ((number? node) (number->string node))
        ((list? node) (string/join (map render node) ""))
        (else
         (let* ((tag (keyword->string (nth node 0)))
                (has-attributes (and (> (length node) 1) (map? (nth node 1))))
                (children (drop (if has-attributes 2 1) (vector->list node))))
           (string-append
             "<" tag (if has-attributes (render-attributes (nth node 1)) "") ">"
             (string/join (map render children) "")
             "</" tag ">")))))

(define (page count)
  [:main {:class "page"}
   [:h1 "Fish & chips"]
   [:ul (map (fn (i) [:li {:id i} "number " [:b i] (if (even? i) " < even >" " odd")]) (range count))]])

(define (benchmark)
  (string-length (render (page 150))))
