;;; title: A workflow
;;; about: Steps with names; each is recorded.

(defworkflow greet "Greets in steps" {:phases ["collect" "write"]}
  (phase "collect")
  (define names (workflow/step "names" (fn () ["Ada" "Grace"])))
  (phase "write")
  (define cards (workflow/step "cards" (fn () (map (fn (n) f"Dear ${n}") names))))
  (for-each println cards)
  {:status :success :cards (length cards)})
