;; Pattern matching over vectors, maps and literals, with guards.
(define (simplify e)
  (match e
    ([:add 0 b] (simplify b))
    ([:add a 0] (simplify a))
    ([:mul 1 b] (simplify b))
    ([:mul a 1] (simplify a))
    ([:mul 0 _] 0)
    ([op a b] [op (simplify a) (simplify b)])
    (other other)))

(define (area shape)
  (match shape
    ({:kind :circle :radius r} (* 3 r r))
    ({:kind :rectangle :width w :height h} (* w h))
    ({:kind :square :side s} when (> s 3) (* s s))
    (_ 1)))

(define expression [:add [:mul 1 [:add 3 0]] [:mul [:add 0 5] [:mul 2 1]]])
(define shapes
  (list {:kind :circle :radius 2} {:kind :rectangle :width 3 :height 4}
        {:kind :square :side 5} {:kind :square :side 2}))

(define (benchmark)
  (let loop ((i 0) (total 0))
    (if (= i 1500)
        total
        (loop (+ i 1)
              (foldl (fn (sum shape) (+ sum (area shape)))
                     (+ total (nth (simplify expression) 1))
                     shapes)))))
