;;; title: Compare two texts
;;; about: Ask a model how two texts differ.

(llm/compare
  "The shop opens at nine and closes at six."
  "From nine to six the shop is open; on Sundays it is closed.")
