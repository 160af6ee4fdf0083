"""The programs that are timed."""

from __future__ import annotations

from typing import NamedTuple


class Program(NamedTuple):
    """`definitions` are evaluated once; `expression` is what takes the time."""

    name: str
    definitions: str
    expression: str


PROGRAMS = [
    Program(
        "calls: fib",
        "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))",
        "(fib 22)",
    ),
    Program(
        "calls: tak",
        "(define (tak x y z) (if (not (< y x)) z"
        " (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))",
        "(tak 18 12 6)",
    ),
    Program(
        "loop: named let",
        "",
        "(let loop ((i 0) (s 0)) (if (< i 200000) (loop (+ i 1) (+ s i)) s))",
    ),
    Program("loop: do", "", "(do ((i 0 (+ i 1)) (s 0 (+ s i))) ((= i 200000) s))"),
    Program(
        "tail calls: a cycle",
        "(define (ev? n) (if (= n 0) #t (od? (- n 1))))"
        "(define (od? n) (if (= n 0) #f (ev? (- n 1))))",
        "(ev? 200000)",
    ),
    Program(
        "tail calls: unknown",
        "(define (count-down n k) (if (= n 0) (k 0) (count-down (- n 1) (fn (r) (k (+ r 1))))))",
        "(do ((i 0 (+ i 1))) ((= i 50)) (count-down 500 (fn (x) x)))",
    ),
    Program(
        "closures: counter",
        "(define (make) (let ((n 0)) (fn () (set! n (+ n 1)) n))) (define next! (make))",
        "(let loop ((i 0)) (if (< i 100000) (begin (next!) (loop (+ i 1))) (next!)))",
    ),
    Program(
        "lists: map filter fold",
        "",
        "(foldl + 0 (map (fn (x) (* x x)) (filter (fn (x) (= 0 (mod x 3))) (range 60000))))",
    ),
    Program(
        "lists: queens",
        """
        (define (safe? row dist placed)
          (if (null? placed) #t
              (and (not (= (car placed) (+ row dist)))
                   (not (= (car placed) (- row dist)))
                   (not (= (car placed) row))
                   (safe? row (+ dist 1) (cdr placed)))))
        (define (place row k n placed)
          (cond ((= k n) 1)
                ((= row n) 0)
                (else (+ (if (safe? row 1 placed) (place 0 (+ k 1) n (cons row placed)) 0)
                         (place (+ row 1) k n placed)))))
        """,
        "(place 0 0 7 (list))",
    ),
    Program(
        "lists: derivation",
        """
        (define (derive a)
          (cond ((not (pair? a)) (if (eq? a 'x) 1 0))
                ((eq? (car a) '+) (cons '+ (map derive (cdr a))))
                ((eq? (car a) '*)
                 (list '* a (cons '+ (map (fn (y) (list '/ (derive y) y)) (cdr a)))))
                (else (error "unknown operator"))))
        """,
        "(do ((i 0 (+ i 1))) ((= i 400)) (derive '(+ (* 3 x x) (* a x x) (* b x) 5)))",
    ),
    Program(
        "floats: mandelbrot",
        """
        (define (steps cr ci)
          (let loop ((zr 0.0) (zi 0.0) (i 0))
            (if (or (= i 100) (> (+ (* zr zr) (* zi zi)) 4.0))
                i
                (loop (+ (- (* zr zr) (* zi zi)) cr) (+ (* 2.0 zr zi) ci) (+ i 1)))))
        """,
        "(let loop ((k 0) (s 0)) (if (= k 500) s (loop (+ k 1) (+ s (steps (/ k 500.0) 0.3)))))",
    ),
    Program(
        "maps: 3,000 keys",
        "",
        "(let loop ((i 0) (m {})) (if (< i 3000) (loop (+ i 1) (assoc m i (* i i))) (count m)))",
    ),
    Program(
        "strings: joined",
        "",
        '(let loop ((i 0) (text "")) (if (= i 5000) (string-length text)'
        " (loop (+ i 1) (string-append text (number->string i)))))",
    ),
    Program(
        "errors: caught",
        "",
        "(let loop ((i 0) (s 0)) (if (= i 3000) s"
        " (loop (+ i 1) (+ s (try (throw i) (catch e (:value e)))))))",
    ),
    Program(
        "sorting: own order",
        "",
        "(length (sort (map (fn (i) (mod (* i 7919) 10007)) (range 4000)) (fn (a b) (< a b))))",
    ),
]
