;;; title: Write your own form
;;; about: A macro turns a program into another one.

(defmacro unless-nil (name value . body)
  `(let ((,name ,value))
     (if (nil? ,name) nil (begin ,@body))))

(println (unless-nil x (get {:a 1} :a) (+ x 41)))
(println (unless-nil x (get {:a 1} :b) (+ x 41)))
(macroexpand '(unless-nil x 5 (* x x)))
