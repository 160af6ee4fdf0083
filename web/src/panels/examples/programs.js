/** The programs of the examples menu. Those of the manual's page on completion and chat stand here word for word. */

/**
 * @typedef {object} Example
 * @property {string} title
 * @property {string} group
 * @property {string} code
 * @property {string[]} [files] what it reads; a sample is drawn if the user has none of that name
 */

/** @type {Example[]} */
export const EXAMPLES = [
  {
    group: "First steps",
    title: "Hello, streaming",
    code: `; Press Run (Ctrl+Enter). A demo model answers,
; offline and without a key. Choose a real one in Settings.

(define topic "why programmers love parentheses")

(println (format "Asking about ~a …" topic))
(llm/stream f"Tell me in two sentences \${topic}." {:max-tokens 80})
`,
  },
  {
    group: "Completion",
    title: "Complete",
    code: `;; Simple completion
(llm/complete "Say hello in 5 words" {:max-tokens 50})
`,
  },
  {
    group: "Completion",
    title: "Complete with options",
    code: `(llm/complete "Explain monads"
  {:model "claude-haiku-4-5-20251001"
   :max-tokens 200
   :temperature 0.3
   :system "You are a Haskell expert."})
`,
  },
  {
    group: "Completion",
    title: "Stream",
    code: `(llm/stream "Tell me a story" {:max-tokens 200})
`,
  },
  {
    group: "Completion",
    title: "Stream with a callback",
    code: `(llm/stream "Tell me a story"
  (fn (chunk) (display chunk))
  {:max-tokens 200})
`,
  },
  {
    group: "Chat",
    title: "Chat",
    code: `(llm/chat
  [(message :system "You are a helpful assistant.")
   (message :user "What is Lisp? One sentence.")]
  {:max-tokens 100})
`,
  },
  {
    group: "Chat",
    title: "Ask about an image",
    files: ["photo.jpg"],
    code: `;; Load an image and ask the LLM about it
(define img (file/read-bytes "photo.jpg"))
(define msg (message/with-image :user "Describe this image." img))
(llm/chat (list msg))
`,
  },
  {
    group: "Chat",
    title: "An image among messages",
    files: ["doc.png"],
    code: `(llm/chat
  [(message :system "You are an image analyst.")
   (message/with-image :user "What text is in this image?" (file/read-bytes "doc.png"))])
`,
  },
  {
    group: "Chat",
    title: "Send a prompt",
    code: `(define review-prompt
  (prompt
    (system "You are a code reviewer. Be concise.")
    (user "Review this function.")))

(llm/send review-prompt {:max-tokens 200})
`,
  },
  {
    group: "Data",
    title: "Data from a text",
    code: `;; A schema says what is wanted. An answer that does not fit goes back
;; to the model with what is wrong, at most :retries times.
(define receipt
  (llm/extract
    {:vendor {:type :string}
     :amount {:type :number :validate pos? :message "an amount is positive"}
     :date   {:type :string}
     :tip    {:type :number :optional #t}}
    "I bought coffee for $4.50 at Blue Bottle on Jan 15, 2025"))

(println (format "~a took ~a dollars." (:vendor receipt) (:amount receipt)))
receipt
`,
  },
  {
    group: "Data",
    title: "Sort messages",
    code: `(define inbox
  (list "I absolutely love this product!"
        "This is the worst experience ever."
        "The package arrived on time."))

(for-each
  (lambda (text)
    (println (format "~a  ~a" (llm/classify '(:positive :negative :neutral) text) text)))
  inbox)
`,
  },
  {
    group: "Chat",
    title: "A conversation with two ends",
    code: `;; Conversations are values: each step makes a new one.
(define talk
  (-> (conversation/new)
      (conversation/set-system "You are a concise tutor.")
      (conversation/say "Explain closures in 2 bullets.")))

(define python (conversation/say (conversation/fork talk) "Now with Python."))
(define rust (conversation/say (conversation/fork talk) "Now with Rust."))

(println (conversation/last-reply python))
(println (conversation/last-reply rust))
(map conversation/length (list talk python rust))
`,
  },
  {
    group: "Programs",
    title: "A tool the model calls",
    code: `;; The model may call this function; its result goes back to the model.
(deftool get-weather
  "Get the weather in a city"
  {:city {:type :string :description "Name of the city"}}
  (lambda (city)
    (println f"[tool] looking up \${city}")
    (format "Sunny and 21 degrees in ~a" city)))

(llm/chat
  [(message :user "What is the weather in Lisbon?")]
  {:tools [get-weather] :max-tokens 200})
`,
  },
  {
    group: "Retrieval",
    title: "Search by meaning, then answer",
    code: `(define notes
  ["Bees make honey from nectar."
   "Lisp is a family of languages; a program is a list."
   "Rivers flow from the mountains to the sea."
   "A compiler translates a language into another one."])

(vector-store/create "notes")
(map
  (lambda (text vector) (vector-store/add "notes" text vector {:length (string-length text)}))
  notes
  (llm/embed notes))

(define question "Which language is made of lists?")
(define found
  (map :id (vector-store/search "notes" (llm/embed question) 3)))
(define best (:document (first (llm/rerank question found {:top-k 1}))))

(println "Found:" best)
(llm/complete
  (prompt
    (system "Answer using only the provided note.")
    (user (format "Note: ~a\\n\\nQuestion: ~a" best question)))
  {:max-tokens 200})
`,
  },
  {
    group: "Programs",
    title: "Count words",
    code: `(define text "the quick brown fox jumps over the lazy dog the end")

(define counts
  (frequencies (string/split text " ")))

(for-each
  (lambda (entry)
    (println (format "~a ~a" (nth entry 1) (nth entry 0))))
  (sort-by (lambda (entry) (- (nth entry 1))) (map/entries counts)))
`,
  },
  {
    group: "Programs",
    title: "Prime numbers",
    code: `(defun prime? (n)
  (let loop ((d 2))
    (cond ((> (* d d) n) #t)
          ((= 0 (mod n d)) #f)
          (else (loop (+ d 1))))))

(define primes (filter prime? (range 2 100)))

(println f"There are \${(length primes)} primes below 100.")
primes
`,
  },
];
