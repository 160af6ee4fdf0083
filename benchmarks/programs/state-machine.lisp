;; Tail calls of functions taken from a table: which one comes next is data.
(define handlers
  {:start (fn (n total) (if (< n 1) total (go-on :up (- n 1) (+ total 1))))
   :up (fn (n total) (if (< n 1) total (go-on :down (- n 1) (* total 2))))
   :down (fn (n total) (if (< n 1) total (go-on :start (- n 1) (mod total 9973))))})

(define (go-on state n total) ((get handlers state) n total))

(define (benchmark) (go-on :start 100000 0))
