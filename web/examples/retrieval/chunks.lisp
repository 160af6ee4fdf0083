;;; title: Search a long document
;;; about: Cut it, index it, ask for the nearest part.

(define text
  "Bees live in hives. A queen lays the eggs. Workers gather nectar and make honey. Beavers build dams from branches and mud. Their lodge has its door below the water. Owls hunt at night and hear a mouse below the snow.")

(vector-store/create "animals")
(for-each
  (fn (chunk) (vector-store/add "animals" chunk (llm/embed chunk) {}))
  (text/split-sentences text))

(define found (vector-store/search "animals" (llm/embed "Who makes honey?") 2))
(for-each (fn (hit) (println (math/round-to (:score hit) 3) (:id hit))) found)
