/** Made by web/tools/page_tables.py from web/examples/: change that, and build the page. */

/**
 * @typedef {object} Example
 * @property {string} slug its name in addresses
 * @property {string} topic
 * @property {string} title
 * @property {string} about a line that says what it shows
 * @property {string[]} files what it reads; samples stand in for what is not there
 * @property {string} code
 */

/** @type {Example[]} */
export const EXAMPLES = [
  {
    slug: "first-steps/hello",
    topic: "First steps",
    title: "Hello, streaming",
    about: "A model's answer arrives word by word.",
    files: [],
    code: `; Press Run (Ctrl+Enter). A demo model answers,
; offline and without a key. Choose a real one in Settings.

(define topic "why programmers love parentheses")

(println (format "Asking about ~a …" topic))
(llm/stream f"Tell me in two sentences \${topic}." {:max-tokens 80})
`,
  },
  {
    slug: "first-steps/values-and-functions",
    topic: "First steps",
    title: "Values and functions",
    about: "Numbers, texts, lists and maps; a function of your own.",
    files: [],
    code: `(define name "Ada")
(define numbers '(3 1 4 1 5 9 2 6))

(define (mean xs)
  (/ (apply + xs) (length xs)))

(println f"Hello, \${name}!")
(println "sorted:" (sort numbers))
(println "mean:  " (exact->inexact (mean numbers)))
{:name name :count (length numbers)}
`,
  },
  {
    slug: "first-steps/choices",
    topic: "First steps",
    title: "Choose between cases",
    about: "if, cond, case and match, one below the other.",
    files: [],
    code: `(define (size n)
  (cond ((< n 10) "small")
        ((< n 100) "medium")
        (else "large")))

(define (describe shape)
  (match shape
    ({:kind :circle :r r} f"a circle of radius \${r}")
    ({:kind :box :w w :h h} f"a box of \${w} by \${h}")
    (_ "something else")))

(for-each (fn (n) (println n "is" (size n))) '(3 42 1000))
(println (describe {:kind :circle :r 2}))
(println (describe {:kind :box :w 3 :h 4}))
`,
  },
  {
    slug: "first-steps/loops",
    topic: "First steps",
    title: "Loops",
    about: "Named let, dotimes, for/list, and a fold.",
    files: [],
    code: `(let loop ((n 5))
  (when (> n 0)
    (display f"\${n} … ")
    (loop (- n 1))))
(println "lift off")

(dotimes (i 3) (println "round" i))

(println (for/list ((x (range 1 6))) (* x x)))
(println "sum of squares:" (foldl + 0 (map (fn (x) (* x x)) (range 1 6))))
`,
  },
  {
    slug: "first-steps/maps",
    topic: "First steps",
    title: "Maps",
    about: "Read, add, change and walk through a map.",
    files: [],
    code: `(define book {:title "Dune" :year 1965 :tags ["desert" "spice"]})

(println (:title book) "came out in" (get book :year))
(define longer (assoc book :author "Frank Herbert"))
(define later (update-in longer [:year] (fn (y) (+ y 1))))

(for-each
  (fn (entry) (println (first entry) "→" (nth entry 1)))
  (map/entries later))
(keys later)
`,
  },
  {
    slug: "first-steps/errors",
    topic: "First steps",
    title: "When something fails",
    about: "try and catch; an error is a map with a type and a message.",
    files: [],
    code: `(define (half n)
  (if (even? n) (/ n 2) (throw {:what "odd" :number n})))

(define (careful n)
  (try (half n)
    (catch e
      (println "could not halve" n "because it is" (:what (:value e)))
      nil)))

(println (map careful '(4 7 10)))
(try (car 5)
  (catch e (println "message:" (:message e)))
  (finally (println "done")))
`,
  },
  {
    slug: "first-steps/ask-a-name",
    topic: "First steps",
    title: "Ask the reader",
    about: "A program may ask a question and wait for the answer.",
    files: [],
    code: `(println "What is your name?")
(define name (read-line))
(println f"Nice to meet you, \${(if (or (nil? name) (string/empty? name)) "stranger" name)}!")
`,
  },
  {
    slug: "models/complete",
    topic: "Ask a model",
    title: "Complete",
    about: "One question, one answer.",
    files: [],
    code: `;; Simple completion
(llm/complete "Say hello in 5 words" {:max-tokens 50})
`,
  },
  {
    slug: "models/options",
    topic: "Ask a model",
    title: "Complete with options",
    about: "The model, the length, the temperature, the role.",
    files: [],
    code: `(llm/complete "Explain monads"
  {:model "claude-haiku-4-5-20251001"
   :max-tokens 200
   :temperature 0.3
   :system "You are a Haskell expert."})
`,
  },
  {
    slug: "models/stream",
    topic: "Ask a model",
    title: "Stream",
    about: "The answer as it is written.",
    files: [],
    code: `(llm/stream "Tell me a story" {:max-tokens 200})
`,
  },
  {
    slug: "models/stream-callback",
    topic: "Ask a model",
    title: "Stream with a callback",
    about: "Do something with each piece.",
    files: [],
    code: `(llm/stream "Tell me a story"
  (fn (chunk) (display chunk))
  {:max-tokens 200})
`,
  },
  {
    slug: "models/system",
    topic: "Ask a model",
    title: "Give it a role",
    about: "A system prompt says who the model is.",
    files: [],
    code: `(define question "How do I make coffee?")
(for-each
  (fn (role)
    (println f"As \${role}:")
    (println (llm/complete question {:system f"You are \${role}. Answer in one sentence." :max-tokens 200}))
    (println))
  ["a pirate" "a physicist" "a five year old"])
`,
  },
  {
    slug: "models/temperature",
    topic: "Ask a model",
    title: "The same question twice",
    about: "Options change how a model answers.",
    files: [],
    code: `(define question "Give me a name for a café run by robots.")
(for-each
  (fn (temperature)
    (println f"temperature \${temperature}:")
    (println (llm/complete question {:temperature temperature :max-tokens 200})))
  '(0 1))
`,
  },
  {
    slug: "models/template",
    topic: "Ask a model",
    title: "A prompt with holes",
    about: "Fill one template with the rows of a list.",
    files: [],
    code: `(define card (prompt/template "Write a birthday card for {{name}}, who likes {{thing}}."))

(for-each
  (fn (person)
    (println (llm/complete (prompt/render card person) {:max-tokens 200}))
    (println))
  [{:name "Mira" :thing "sailing"} {:name "Tom" :thing "chess"}])
`,
  },
  {
    slug: "models/several",
    topic: "Ask a model",
    title: "Many questions at once",
    about: "llm/pmap asks in parallel and keeps the order.",
    files: [],
    code: `(define cities ["Lisbon" "Oslo" "Cairo" "Quito" "Hanoi"])
(define facts
  (llm/pmap (fn (city) f"One fact about \${city}, in ten words.") cities {:max-tokens 200}))

(for-each
  (fn (pair) (println f"\${(first pair)}: \${(nth pair 1)}"))
  (zip cities facts))
`,
  },
  {
    slug: "models/translate",
    topic: "Ask a model",
    title: "Translate a list",
    about: "One prompt, several languages.",
    files: [],
    code: `(define sentence "The early bird catches the worm.")
(define languages ["German" "Spanish" "Japanese"])

(for-each
  (fn (language)
    (println (string/pad-right language 9)
             (llm/complete f"Translate into \${language}, nothing else: \${sentence}" {:max-tokens 200})))
  languages)
`,
  },
  {
    slug: "models/summarize",
    topic: "Ask a model",
    title: "Summarize",
    about: "A long text in a few words.",
    files: [],
    code: `(define text
  "Lisp was designed by John McCarthy in 1958. It introduced garbage collection, conditional expressions and the idea that programs are data. Many dialects followed: Scheme, Common Lisp, Clojure. Their programs are written as nested lists, which makes it easy to write programs that write programs.")
(println (llm/summarize text {:max-tokens 200}))
`,
  },
  {
    slug: "models/compare",
    topic: "Ask a model",
    title: "Compare two texts",
    about: "Ask a model how two texts differ.",
    files: [],
    code: `(llm/compare
  "The shop opens at nine and closes at six."
  "From nine to six the shop is open; on Sundays it is closed.")
`,
  },
  {
    slug: "models/usage",
    topic: "Ask a model",
    title: "What did it cost?",
    about: "Tokens and dollars of the last call and of the session.",
    files: [],
    code: `(llm/complete "Say something short." {:max-tokens 200})
(println "last call:" (llm/last-usage))
(llm/complete "And something else." {:max-tokens 200})
(println "session:  " (llm/session-usage))
`,
  },
  {
    slug: "chat/messages",
    topic: "Chat",
    title: "Chat",
    about: "A list of messages with roles.",
    files: [],
    code: `(llm/chat
  [(message :system "You are a helpful assistant.")
   (message :user "What is Lisp? One sentence.")]
  {:max-tokens 100})
`,
  },
  {
    slug: "chat/send-prompt",
    topic: "Chat",
    title: "Send a prompt",
    about: "A prompt is a value; llm/send asks it.",
    files: [],
    code: `(define review-prompt
  (prompt
    (system "You are a code reviewer. Be concise.")
    (user "Review this function.")))

(llm/send review-prompt {:max-tokens 200})
`,
  },
  {
    slug: "chat/fork",
    topic: "Chat",
    title: "A conversation with two ends",
    about: "One talk goes on in two ways.",
    files: [],
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
    slug: "chat/memory",
    topic: "Chat",
    title: "A chat that remembers",
    about: "Each answer knows what was said before.",
    files: [],
    code: `(define talk
  (conversation/set-system (conversation/new) "You are a patient teacher."))

(define after
  (foldl
    (fn (talk question)
      (println "You:  " question)
      (define next (conversation/say talk question))
      (println "Model:" (conversation/last-reply next))
      next)
    talk
    ["What is recursion?" "Give an example." "Now in Lisp, please."]))

(println (conversation/length after) "messages," (conversation/turns after) "turns")
`,
  },
  {
    slug: "chat/transcript",
    topic: "Chat",
    title: "Keep a transcript",
    about: "A conversation as Markdown, written to a file.",
    files: [],
    code: `(define talk
  (-> (conversation/new)
      (conversation/say "Name three rivers.")
      (conversation/say "Which of them is the longest?")))

(define markdown
  (string/join
    (map (fn (m) f"**\${(message/role m)}**: \${(message/content m)}") (conversation/messages talk))
    "\\n\\n"))
(file/write "talk.md" markdown)
(println markdown)
(println "written to talk.md:" (string/length (file/read "talk.md")) "characters")
`,
  },
  {
    slug: "chat/prompt-values",
    topic: "Chat",
    title: "Prompts are values",
    about: "Build one prompt from others.",
    files: [],
    code: `(define style (prompt (system "Answer in rhymes.")))
(define question (prompt (user "What is the moon made of?")))
(define whole (prompt/append style question))

(println "messages:" (prompt/messages whole))
(println (llm/send whole {:max-tokens 200}))
`,
  },
  {
    slug: "images/describe",
    topic: "Images",
    title: "Ask about an image",
    about: "A photo from the files, and a question about it.",
    files: ["photo.jpg"],
    code: `;; Load an image and ask the LLM about it
(define img (file/read-bytes "photo.jpg"))
(define msg (message/with-image :user "Describe this image." img))
(llm/chat (list msg))
`,
  },
  {
    slug: "images/among-messages",
    topic: "Images",
    title: "An image among messages",
    about: "A document as an image, read by the model.",
    files: ["doc.png"],
    code: `(llm/chat
  [(message :system "You are an image analyst.")
   (message/with-image :user "What text is in this image?" (file/read-bytes "doc.png"))])
`,
  },
  {
    slug: "images/describe-all",
    topic: "Images",
    title: "Describe every image",
    about: "All images among the files, one question each.",
    files: ["photo.jpg", "doc.png"],
    code: `(define images
  (filter (fn (name) (regex/match? #"\\.(png|jpe?g|webp)$" name)) (file/list ".")))

(for-each
  (fn (name)
    (define question (message/with-image :user "What is in this image? One sentence." (file/read-bytes name)))
    (println f"\${name}: \${(llm/chat [question] {:max-tokens 200})}"))
  (sort images))
`,
  },
  {
    slug: "images/data-from-image",
    topic: "Images",
    title: "Data from an image",
    about: "The fields of a receipt that was photographed.",
    files: ["doc.png"],
    code: `(define receipt
  (llm/extract-from-image
    {:shop {:type :string} :total {:type :number}}
    (file/read-bytes "doc.png")))
(println receipt)
(type receipt)
`,
  },
  {
    slug: "images/bytes",
    topic: "Images",
    title: "Look into a file",
    about: "An image is bytes: its first ones tell what kind it is.",
    files: ["photo.jpg"],
    code: `(define bytes (file/read-bytes "photo.jpg"))
(define head (map (fn (i) (bytes/ref bytes i)) (range 0 4)))

(println "size:" (bytes/length bytes) "bytes")
(println "first:" head)
(println (cond ((equal? (take 3 head) '(255 216 255)) "a JPEG")
               ((equal? head '(137 80 78 71)) "a PNG")
               (else "something else")))
`,
  },
  {
    slug: "structured/receipt",
    topic: "Data from a model",
    title: "Data from a text",
    about: "A schema says what is wanted, and what is not accepted.",
    files: [],
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
    slug: "structured/sentiment",
    topic: "Data from a model",
    title: "Sort messages",
    about: "Praise, blame, or neither.",
    files: [],
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
    slug: "structured/contacts",
    topic: "Data from a model",
    title: "A list of contacts",
    about: "Extract many records from one text.",
    files: [],
    code: `(define people
  (llm/extract
    {:people {:type :array :items {:name {:type :string} :city {:type :string}}}}
    "Ada lives in London, Grace in New York, and Alan moved to Manchester."))
(println people)
`,
  },
  {
    slug: "structured/validate",
    topic: "Data from a model",
    title: "Check what came back",
    about: "A field can be checked; a wrong answer is asked for again.",
    files: [],
    code: `(define event
  (llm/extract
    {:title {:type :string}
     :guests {:type :number :validate (fn (n) (>= n 0)) :message "guests cannot be negative"}}
    "Dinner on Friday with 6 guests."
    {:retries 2}))
(println event)
`,
  },
  {
    slug: "structured/classify",
    topic: "Data from a model",
    title: "Sort into drawers",
    about: "llm/classify gives one of the words you allow.",
    files: [],
    code: `(define tickets
  ["I cannot log in since yesterday."
   "Please send me last month's invoice."
   "I love the new colours!"])

(for-each
  (fn (ticket) (println (llm/classify [:technical :billing :praise] ticket) "—" ticket))
  tickets)
`,
  },
  {
    slug: "structured/report",
    topic: "Data from a model",
    title: "From text to table",
    about: "Extract, then compute with what was found.",
    files: [],
    code: `(define (read-order text)
  (llm/extract {:product {:type :string} :count {:type :number}} text))

(define orders (map read-order ["I take 3 apples." "12 pears, please." "Just 1 melon."]))
(for-each (fn (order) (println (:count order) "×" (:product order))) orders)
(println "in all:" (apply + (map :count orders)))
`,
  },
  {
    slug: "agents/tool",
    topic: "Tools and agents",
    title: "A tool the model calls",
    about: "The model asks your function.",
    files: [],
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
    slug: "agents/calculator",
    topic: "Tools and agents",
    title: "An agent with a calculator",
    about: "A model that cannot count uses your function.",
    files: [],
    code: `(deftool add "Adds two numbers" {:a {:type :number} :b {:type :number}}
  (lambda (a b) (println f"[add \${a} \${b}]") (+ a b)))
(deftool multiply "Multiplies two numbers" {:a {:type :number} :b {:type :number}}
  (lambda (a b) (println f"[multiply \${a} \${b}]") (* a b)))

(defagent accountant {:system "You compute with your tools." :tools [add multiply] :max-turns 6})
(println (agent/run accountant "What is 12 times 7?"))
`,
  },
  {
    slug: "agents/notes",
    topic: "Tools and agents",
    title: "An agent with notes",
    about: "Tools that read and write what the program keeps.",
    files: [],
    code: `(define notes (mutable-cell/new []))

(deftool remember "Keeps a note" {:note {:type :string}}
  (lambda (note)
    (mutable-cell/set! notes (append (mutable-cell/get notes) [note]))
    "kept"))
(deftool recall "Returns all notes" {}
  (lambda () (mutable-cell/get notes)))

(println (llm/chat [(message :user "Remember that the key is under the mat.")] {:tools [remember recall]}))
(println "notes:" (mutable-cell/get notes))
`,
  },
  {
    slug: "agents/route",
    topic: "Tools and agents",
    title: "Choose the right tool",
    about: "A router that needs no model.",
    files: [],
    code: `(deftool weather "Weather forecast of a city" {:city {:type :string}} (lambda (city) f"sunny in \${city}"))
(deftool stocks "Price of a share" {:name {:type :string}} (lambda (name) f"\${name}: 42"))

(define tools [weather stocks])
(for-each
  (fn (tool) (println (tool/name tool) "–" (tool/description tool)))
  tools)
(tool/parameters weather)
`,
  },
  {
    slug: "retrieval/answer",
    topic: "Search by meaning",
    title: "Search by meaning, then answer",
    about: "Find the right note, then answer from it.",
    files: [],
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
    slug: "retrieval/similar",
    topic: "Search by meaning",
    title: "How alike are two texts?",
    about: "Embeddings, and the angle between them.",
    files: [],
    code: `(define sentences
  ["A cat sleeps on the sofa."
   "A kitten naps on the couch."
   "The stock market fell today."])
(define vectors (llm/embed sentences))

(dotimes (i 3)
  (println (string/pad-right (nth sentences i) 30)
           (math/round-to (vector/cosine-similarity (first vectors) (nth vectors i)) 3)))
`,
  },
  {
    slug: "retrieval/chunks",
    topic: "Search by meaning",
    title: "Search a long document",
    about: "Cut it, index it, ask for the nearest part.",
    files: [],
    code: `(define text
  "Bees live in hives. A queen lays the eggs. Workers gather nectar and make honey. Beavers build dams from branches and mud. Their lodge has its door below the water. Owls hunt at night and hear a mouse below the snow.")

(vector-store/create "animals")
(for-each
  (fn (chunk) (vector-store/add "animals" chunk (llm/embed chunk) {}))
  (text/split-sentences text))

(define found (vector-store/search "animals" (llm/embed "Who makes honey?") 2))
(for-each (fn (hit) (println (math/round-to (:score hit) 3) (:id hit))) found)
`,
  },
  {
    slug: "retrieval/memory",
    topic: "Search by meaning",
    title: "Facts about a person",
    about: "Remember facts and recall them by name.",
    files: [],
    code: `(define m (memory/open {:id "visitor"}))
(memory/remember m :colour "green")
(memory/remember m :city "Lisbon")
(println "favourite colour:" (memory/recall-fact m :colour))
(println "lives in:" (memory/recall-fact m :city))
`,
  },
  {
    slug: "workflows/steps",
    topic: "Workflows",
    title: "A workflow",
    about: "Steps with names; each is recorded.",
    files: [],
    code: `(defworkflow greet "Greets in steps" {:phases ["collect" "write"]}
  (phase "collect")
  (define names (workflow/step "names" (fn () ["Ada" "Grace"])))
  (phase "write")
  (define cards (workflow/step "cards" (fn () (map (fn (n) f"Dear \${n}") names))))
  (for-each println cards)
  {:status :success :cards (length cards)})
`,
  },
  {
    slug: "workflows/document",
    topic: "Workflows",
    title: "Ask about a document",
    about: "Cut a long text, ask about each part, put it together.",
    files: [],
    code: `(define text
  "The first chapter tells of a storm. The crew loses the mast. In the second chapter they find an island. There they build a new boat. The third chapter is about the way home.")
(define parts (text/chunk text {:size 80 :overlap 0}))

(define notes
  (map (fn (part) (llm/complete f"In five words: \${part}" {:max-tokens 200})) parts))
(for-each println notes)
(println "—")
(println (llm/complete f"One sentence from these notes: \${(string/join notes " ")}" {:max-tokens 200}))
`,
  },
  {
    slug: "workflows/judge",
    topic: "Workflows",
    title: "A model as a judge",
    about: "Score answers by a rubric, keep the best.",
    files: [],
    code: `(define question "Explain gravity to a child.")
(define answers
  (llm/pmap (fn (style) f"\${question} Style: \${style}.") ["a fairy tale" "a recipe" "a letter"] {:max-tokens 200}))

(define (score answer)
  (string/length answer)) ; put a question to a model here: "Rate from 1 to 10 …"

(define best (last (sort-by score answers)))
(println best)
`,
  },
  {
    slug: "costs/budget",
    topic: "Costs, caches, recordings",
    title: "A budget",
    about: "A program that may spend so much and no more.",
    files: [],
    code: `(define answers
  (llm/with-budget {:max-cost-usd 0.01}
    (fn ()
      (map (fn (n) (llm/complete f"Say the number \${n}." {:max-tokens 200})) '(1 2 3)))))
(for-each println answers)
`,
  },
  {
    slug: "costs/cache",
    topic: "Costs, caches, recordings",
    title: "Ask once",
    about: "The same question is answered from the cache the second time.",
    files: [],
    code: `(define (ask) (llm/complete "What is the capital of France?" {:max-tokens 200}))
(llm/with-cache
  (fn ()
    (println (ask))
    (println (ask))))
(llm/cache-stats)
`,
  },
  {
    slug: "costs/cassette",
    topic: "Costs, caches, recordings",
    title: "Record and replay",
    about: "A cassette keeps answers; the second run asks nobody.",
    files: [],
    code: `(define (ask) (llm/complete "Name a colour." {:max-tokens 100}))
(define first-time (llm/with-cassette "colours.jsonl" (fn () (ask))))
(define again (llm/with-cassette "colours.jsonl" (fn () (ask))))
(println "the same answer twice:" (equal? first-time again))
(println first-time)
`,
  },
  {
    slug: "costs/fallback",
    topic: "Costs, caches, recordings",
    title: "A second choice",
    about: "If one model fails, another answers.",
    files: [],
    code: `(println
  (llm/with-fallback [:demo]
    (fn () (llm/complete "Are you there?" {:max-tokens 200}))))
`,
  },
  {
    slug: "costs/evals",
    topic: "Costs, caches, recordings",
    title: "Test a prompt",
    about: "defeval tries a prompt on cases and compares models.",
    files: [],
    code: `;; What the demo model says, by the model that is asked. Leave it out to ask models.
(demo/script
  [(fn (request)
     (define text (:content (last (:messages request))))
     (if (and (= (:model request) "careful") (string/contains? text "theme")) "wish" "bug"))]
  {:repeat #t})

(defeval labels
  {:cases [{:text "It crashes when I save." :expect :bug}
           {:text "Please add a dark theme." :expect :wish}]
   :models ["demo/careful" "demo/quick"]
   :repeat 2
   :matchers {:max-latency 10000}}
  (fn (row) (llm/classify [:bug :wish] (:text row))))

(eval/run)
`,
  },
  {
    slug: "text/word-count",
    topic: "Text",
    title: "Count words",
    about: "The most frequent words of a text.",
    files: [],
    code: `(define text "the quick brown fox jumps over the lazy dog the end of the dog")

(define counted
  (sort-by (fn (entry) (- (nth entry 1)))
           (map/entries (frequencies (string/split text " ")))))

(for-each
  (fn (entry) (println (string/pad-left (str (nth entry 1)) 3) (first entry)))
  (take 4 counted))
`,
  },
  {
    slug: "text/patterns",
    topic: "Text",
    title: "Find with regular expressions",
    about: "Dates, addresses and hashtags in a text.",
    files: [],
    code: `(define text "Write to ada@example.org before 2026-12-24, or to bob@example.com. #lisp #lambda")

(println "dates:    " (regex/find-all #"\\d{4}-\\d{2}-\\d{2}" text))
(println "addresses:" (regex/find-all #"[\\w.]+@[\\w.]+\\w" text))
(println "tags:     " (regex/find-all #"#\\w+" text))
(println (regex/replace-all #"[\\w.]+@([\\w.]+\\w)" "someone@$1" text))
`,
  },
  {
    slug: "text/table",
    topic: "Text",
    title: "Print a table",
    about: "Columns of the right width from a list of maps.",
    files: [],
    code: `(define rows
  [{:city "Lisbon" :people 545 :sun 2799}
   {:city "Oslo" :people 709 :sun 1740}
   {:city "Cairo" :people 10107 :sun 3451}])

(define (cell value width) (string/pad-right (str value) width))
(define columns [:city :people :sun])

(println (string/join (map (fn (c) (cell (keyword->string c) 10)) columns) ""))
(println (string/repeat "─" 30))
(for-each
  (fn (row) (println (string/join (map (fn (c) (cell (get row c) 10)) columns) "")))
  (sort-by :people rows))
`,
  },
  {
    slug: "text/wrap",
    topic: "Text",
    title: "Wrap a paragraph",
    about: "Break long lines at words, with a frame around.",
    files: [],
    code: `(define text
  "Lisp programmers know the value of everything and the cost of nothing, said Alan Perlis, who also liked short sentences.")
(define width 34)

(println f"┌\${(string/repeat "─" (+ width 2))}┐")
(for-each
  (fn (line) (println f"│ \${(string/pad-right line width)} │"))
  (string/word-wrap text width))
(println f"└\${(string/repeat "─" (+ width 2))}┘")
`,
  },
  {
    slug: "text/diff",
    topic: "Text",
    title: "What has changed",
    about: "The difference of two texts, line by line.",
    files: [],
    code: `(define before "apples\\npears\\nplums\\n")
(define after "apples\\ncherries\\nplums\\nquinces\\n")
(println (diff/unified before after))
(diff/stat (diff/unified before after))
`,
  },
  {
    slug: "text/caesar",
    topic: "Text",
    title: "A secret writing",
    about: "Shift each letter, and shift it back.",
    files: [],
    code: `(define (shift-char c by)
  (define (turn base) (integer->char (+ base (modulo (+ (- (char->integer c) base) by) 26))))
  (cond ((char-lower-case? c) (turn 97))
        ((char-upper-case? c) (turn 65))
        (else c)))

(define (caesar text by)
  (list->string (map (fn (c) (shift-char c by)) (string->list text))))

(define secret (caesar "Meet me at the old bridge." 7))
(println secret)
(println (caesar secret -7))
`,
  },
  {
    slug: "data/pipeline",
    topic: "Data",
    title: "A pipeline",
    about: "Filter, map and sort, read from top to bottom.",
    files: [],
    code: `(define people
  [{:name "Ada" :born 1815 :field "mathematics"}
   {:name "Grace" :born 1906 :field "computing"}
   {:name "Alan" :born 1912 :field "computing"}
   {:name "Emmy" :born 1882 :field "mathematics"}])

(->> people
     (filter (fn (p) (> (:born p) 1850)))
     (sort-by :born)
     (map (fn (p) f"\${(:name p)} (\${(:born p)}, \${(:field p)})"))
     (for-each println))
`,
  },
  {
    slug: "data/json",
    topic: "Data",
    title: "Read and write JSON",
    about: "From a text to maps and back.",
    files: [],
    code: `(define order (json/decode "{\\"customer\\": \\"Ada\\", \\"items\\": [{\\"name\\": \\"tea\\", \\"price\\": 4.5}, {\\"name\\": \\"cake\\", \\"price\\": 3.2}]}"))

(define total (apply + (map :price (:items order))))
(println (:customer order) "pays" total)
(println (json/encode-pretty (assoc order :total total)))
`,
  },
  {
    slug: "data/csv",
    topic: "Data",
    title: "Sum up a CSV",
    about: "Rows as maps, grouped and added.",
    files: [],
    code: `(define text "region,month,sales
north,jan,120
south,jan,95
north,feb,130
south,feb,145
")

(define rows (csv/parse-maps text))
(define grouped (list/group-by (fn (row) (get row :region)) rows))

(for-each
  (fn (entry)
    (define sales (map (fn (row) (string->number (get row :sales))) (nth entry 1)))
    (println (first entry) "sold" (apply + sales)))
  (map/entries grouped))
`,
  },
  {
    slug: "data/sqlite",
    topic: "Data",
    title: "A database in memory",
    about: "Tables, queries and parameters with SQLite.",
    files: [],
    code: `(define db (db/open-memory))
(db/exec db "CREATE TABLE books (title TEXT, year INTEGER)")
(for-each
  (fn (book) (db/exec db "INSERT INTO books VALUES (?, ?)" (first book) (nth book 1)))
  [["Dune" 1965] ["Neuromancer" 1984] ["Solaris" 1961]])

(for-each
  (fn (row) (println (:year row) (:title row)))
  (db/query db "SELECT * FROM books WHERE year > ? ORDER BY year" 1962))
(db/close db)
`,
  },
  {
    slug: "data/html",
    topic: "Data",
    title: "Take apart a page",
    about: "Select parts of HTML by CSS selectors.",
    files: [],
    code: `(define page (html/parse "<h1>Menu</h1><ul><li class='hot'>Soup <b>4 €</b></li><li>Salad <b>6 €</b></li></ul>"))

(println (html/select-text page "h1"))
(println "hot:" (html/select-text page "li.hot"))
(println "prices:" (html/select-text page "li b"))
`,
  },
  {
    slug: "data/dates",
    topic: "Data",
    title: "Dates and times",
    about: "Parse a date, add days, write it for people.",
    files: [],
    code: `(define start (time/parse "2026-01-31 12:00" "%Y-%m-%d %H:%M"))
(define day (* 24 60 60))

(for-each
  (fn (days)
    (println (string/pad-left (str days) 4) "days later:"
             (time/format (time/add start (* days day)) "%A, %d %B %Y")))
  '(1 30 365))
`,
  },
  {
    slug: "data/secrets",
    topic: "Data",
    title: "Find what is private",
    about: "Personal data and keys in a text, and a text without them.",
    files: [],
    code: `(define note "Call Ada at +1 202 555 0147 or write to ada@example.org.")
(for-each println (pii/detect note))
(println (redact/spans note (pii/detect note)))
`,
  },
  {
    slug: "files/read-write",
    topic: "Files",
    title: "Write and read a file",
    about: "Text files, line by line.",
    files: [],
    code: `(file/write "list.txt" "milk\\nbread\\n")
(file/append "list.txt" "honey\\n")
(for-each (fn (line) (println "–" line)) (file/read-lines "list.txt"))
(file/info "list.txt")
`,
  },
  {
    slug: "files/zip",
    topic: "Files",
    title: "Pack an archive",
    about: "Several files in one, and a look into it.",
    files: [],
    code: `(file/write "a.txt" "first")
(file/write "b.txt" "second, a little longer")
(zip/create "both.zip" ["a.txt" "b.txt"])
(for-each println (zip/list "both.zip"))
`,
  },
  {
    slug: "files/markdown",
    topic: "Files",
    title: "Markdown to HTML",
    about: "Headings, and the page they make.",
    files: [],
    code: `(define text "# Title\\n\\nSome *words* and a [link](https://example.org).\\n\\n## Part\\n\\n- one\\n- two\\n")
(println (markdown/headings text))
(println (markdown/to-html text))
`,
  },
  {
    slug: "files/toml",
    topic: "Files",
    title: "Read a configuration",
    about: "TOML as maps.",
    files: [],
    code: `(define config (toml/decode "title = \\"Demo\\"\\n[server]\\nport = 8080\\nhosts = [\\"a\\", \\"b\\"]\\n"))
(println (get-in config [:server :port]))
config
`,
  },
  {
    slug: "tasks/channels",
    topic: "Tasks",
    title: "Producer and consumer",
    about: "Two tasks talk over a channel.",
    files: [],
    code: `(define box (channel/new 2))

(async
  (for-each (fn (n) (println "made" n) (channel/send box n)) '(1 2 3 4))
  (channel/close box))

(let loop ((sum 0))
  (define n (channel/recv box))
  (if (nil? n)
      (println "sum" sum)
      (begin (println "took" n) (loop (+ sum n)))))
`,
  },
  {
    slug: "tasks/parallel",
    topic: "Tasks",
    title: "Side by side",
    about: "Several waits at the same time take as long as one.",
    files: [],
    code: `(define start (time-ms))
(define results (async/all (map (fn (n) (async (sleep 50) (* n n))) '(1 2 3 4))))
(println results)
(println "quicker than one after the other:" (< (- (time-ms) start) 200))
`,
  },
  {
    slug: "tasks/race",
    topic: "Tasks",
    title: "The first wins",
    about: "Three tasks run, the quickest answer counts.",
    files: [],
    code: `(define (runner name delay)
  (async (sleep delay) f"\${name} after \${delay} ms"))

(println (async/race (list (runner "hare" 40) (runner "fox" 20) (runner "tortoise" 200))))
`,
  },
  {
    slug: "tasks/timeout",
    topic: "Tasks",
    title: "Not for ever",
    about: "A task that takes too long is given up.",
    files: [],
    code: `(define slow (async (sleep 2000) "late"))
(println
  (try (async/timeout 50 slow)
    (catch e f"gave up: \${(:message e)}")))
`,
  },
  {
    slug: "tasks/retry",
    topic: "Tasks",
    title: "Try again",
    about: "A step that fails twice and then works.",
    files: [],
    code: `(define attempts (mutable-cell/new 0))
(define (shaky)
  (define n (+ 1 (mutable-cell/get attempts)))
  (mutable-cell/set! attempts n)
  (println "attempt" n)
  (if (< n 3) (error "not yet") "it worked"))

(println (retry shaky {:max-attempts 5 :base-delay-ms 1}))
`,
  },
  {
    slug: "language/closures",
    topic: "The language",
    title: "A counter",
    about: "Functions remember where they were made.",
    files: [],
    code: `(define (make-counter)
  (let ((n 0))
    (fn () (set! n (+ n 1)) n)))

(define a (make-counter))
(define b (make-counter))
(a) (a)
(println "a:" (a) "b:" (b))
`,
  },
  {
    slug: "language/macro",
    topic: "The language",
    title: "Write your own form",
    about: "A macro turns a program into another one.",
    files: [],
    code: `(defmacro unless-nil (name value . body)
  \`(let ((,name ,value))
     (if (nil? ,name) nil (begin ,@body))))

(println (unless-nil x (get {:a 1} :a) (+ x 41)))
(println (unless-nil x (get {:a 1} :b) (+ x 41)))
(macroexpand '(unless-nil x 5 (* x x)))
`,
  },
  {
    slug: "language/records",
    topic: "The language",
    title: "Records",
    about: "A type of your own with named fields.",
    files: [],
    code: `(define-record-type point (make-point x y) point? (x point-x) (y point-y))

(define (distance p q)
  (sqrt (+ (expt (- (point-x p) (point-x q)) 2) (expt (- (point-y p) (point-y q)) 2))))

(println (distance (make-point 0 0) (make-point 3 4)))
(point? (make-point 1 2))
`,
  },
  {
    slug: "language/multimethods",
    topic: "The language",
    title: "One name, many methods",
    about: "What is done depends on the kind of thing.",
    files: [],
    code: `(defmulti area :kind)
(defmethod area :circle (fn (s) (* pi (:r s) (:r s))))
(defmethod area :square (fn (s) (* (:a s) (:a s))))

(for-each
  (fn (shape) (println (:kind shape) (math/round-to (area shape) 2)))
  [{:kind :circle :r 1} {:kind :square :a 3}])
`,
  },
  {
    slug: "language/lazy",
    topic: "The language",
    title: "As late as possible",
    about: "A promise is computed once, when it is needed.",
    files: [],
    code: `(define answer (delay (begin (println "computing …") (* 6 7))))
(println "nothing yet")
(println (force answer))
(println (force answer) "without computing again")
`,
  },
  {
    slug: "language/evaluator",
    topic: "The language",
    title: "A small evaluator",
    about: "A program that runs programs: the heart of Lisp.",
    files: [],
    code: `(define (evaluate form env)
  (cond ((number? form) form)
        ((symbol? form) (get env form))
        (else
          (define values (map (fn (f) (evaluate f env)) (cdr form)))
          (case (car form)
            ((+) (apply + values))
            ((*) (apply * values))
            ((max) (apply max values))))))

(evaluate '(+ x (* y 10) (max 1 7)) {'x 1 'y 2})
`,
  },
  {
    slug: "puzzles/fizzbuzz",
    topic: "Puzzles",
    title: "FizzBuzz",
    about: "The classic, as a match.",
    files: [],
    code: `(for-each
  (fn (n)
    (println (match [(mod n 3) (mod n 5)]
               ([0 0] "FizzBuzz")
               ([0 _] "Fizz")
               ([_ 0] "Buzz")
               (_ n))))
  (range 1 16))
`,
  },
  {
    slug: "puzzles/primes",
    topic: "Puzzles",
    title: "Prime numbers",
    about: "A function, a filter, a list.",
    files: [],
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
  {
    slug: "puzzles/queens",
    topic: "Puzzles",
    title: "Eight queens",
    about: "Place queens so that none attacks another.",
    files: [],
    code: `(define (safe? column placed)
  (let loop ((distance 1) (rest placed))
    (or (null? rest)
        (and (not (= (car rest) column))
             (not (= (abs (- (car rest) column)) distance))
             (loop (+ distance 1) (cdr rest))))))

(define (solve size)
  (let place ((row 0) (placed '()))
    (if (= row size)
        placed
        (let look ((column 0))
          (if (= column size)
              #f
              (or (and (safe? column placed) (place (+ row 1) (cons column placed)))
                  (look (+ column 1))))))))

(for-each
  (fn (column) (println (string/join (for/list ((c (range 8))) (if (= c column) "♛" "·")) " ")))
  (solve 8))
`,
  },
  {
    slug: "puzzles/maze",
    topic: "Puzzles",
    title: "A way through a maze",
    about: "Breadth-first search finds the shortest path.",
    files: [],
    code: `(define maze
  ["#########"
   "#S..#...#"
   "#.#.#.#.#"
   "#.#...#E#"
   "#########"])
(define (at row column) (string-ref (nth maze row) column))
(define (find mark)
  (first (filter (fn (p) (char=? (at (first p) (nth p 1)) mark))
    (flat-map (fn (r) (map (fn (c) (list r c)) (range 9))) (range 5)))))

(define (search goal)
  (let loop ((queue (list (list (find #\\S)))) (seen (list (find #\\S))))
    (define path (car queue))
    (define place (car path))
    (if (equal? place goal)
        (reverse path)
        (let ((next (filter (fn (p) (and (not (char=? (at (first p) (nth p 1)) #\\#)) (not (member p seen))))
                      (map (fn (d) (list (+ (first place) (first d)) (+ (nth place 1) (nth d 1))))
                           '((0 1) (1 0) (0 -1) (-1 0))))))
          (loop (append (cdr queue) (map (fn (p) (cons p path)) next)) (append seen next))))))

(define path (search (find #\\E)))
(println (length path) "steps:" path)
`,
  },
  {
    slug: "puzzles/life",
    topic: "Puzzles",
    title: "The game of life",
    about: "A glider walks over a small grid.",
    files: [],
    code: `(define size 8)
(define glider '((1 2) (2 3) (3 1) (3 2) (3 3)))

(define (neighbours cell)
  (filter (fn (c) (not (equal? c cell)))
    (flat-map
      (fn (dr) (map (fn (dc) (list (mod (+ (first cell) dr) size) (mod (+ (nth cell 1) dc) size))) '(-1 0 1)))
      '(-1 0 1))))

(define (alive? cell cells)
  (define n (length (filter (fn (c) (member c cells)) (neighbours cell))))
  (or (= n 3) (and (= n 2) (member cell cells))))

(define (step-on cells)
  (filter (fn (c) (alive? c cells))
    (flat-map (fn (r) (map (fn (c) (list r c)) (range size))) (range size))))

(define (show cells)
  (dotimes (r size)
    (println (string/join (for/list ((c (range size))) (if (member (list r c) cells) "●" "·")) " ")))
  (println))

(show glider)
(show (step-on (step-on (step-on (step-on glider)))))
`,
  },
  {
    slug: "puzzles/hanoi",
    topic: "Puzzles",
    title: "The towers of Hanoi",
    about: "Move a tower disc by disc.",
    files: [],
    code: `(define (hanoi n from to spare)
  (when (> n 0)
    (hanoi (- n 1) from spare to)
    (println f"disc \${n}: \${from} → \${to}")
    (hanoi (- n 1) spare to from)))

(hanoi 3 "left" "right" "middle")
`,
  },
  {
    slug: "puzzles/collatz",
    topic: "Puzzles",
    title: "The longest way to one",
    about: "Halve it or triple it: which number below 1,000 takes longest?",
    files: [],
    code: `(define (steps n)
  (let loop ((n n) (count 0))
    (if (= n 1) count (loop (if (even? n) (/ n 2) (+ 1 (* 3 n))) (+ count 1)))))

(define best (last (sort-by steps (range 1 1000))))
(println best "takes" (steps best) "steps")
`,
  },
  {
    slug: "puzzles/mandelbrot",
    topic: "Puzzles",
    title: "Mandelbrot in letters",
    about: "Complex numbers, drawn as text.",
    files: [],
    code: `(define (escape c)
  (let loop ((z 0.0) (w 0.0) (n 0))
    (define x (+ (- (* z z) (* w w)) (first c)))
    (define y (+ (* 2 z w) (nth c 1)))
    (if (or (= n 40) (> (+ (* x x) (* y y)) 4)) n (loop x y (+ n 1)))))

(for-each
  (fn (row)
    (println (string/join
      (for/list ((column (range 60)))
        (define n (escape (list (- (/ column 22.0) 2.1) (- (/ row 9.0) 1.1))))
        (cond ((= n 40) "@") ((> n 12) "+") ((> n 6) ":") ((> n 3) ".") (else " ")))
      "")))
  (range 20))
`,
  },
];
