/** Made by web/tools/page_tables.py from web/examples/: change that, and build the page. */

/** What a new visitor finds. */
export const FIRST_EXAMPLE = `; Press Run (Ctrl+Enter). A demo model answers,
; offline and without a key. Choose a real one in Settings.

(define topic "why programmers love parentheses")

(println (format "Asking about ~a …" topic))
(llm/stream f"Tell me in two sentences \${topic}." {:max-tokens 80})
`;
