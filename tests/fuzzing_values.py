"""Expressions whose values are arguments of the fuzzer: ordinary ones, and the wild ones.

`BY_TYPE` says which of them a parameter of a documented type gets most of the time.
"""

from __future__ import annotations

NUMBERS = """
0
1
-1
2
3.5
-0.0
0.1
1/2
-7/3
math/nan
math/infinity
(- math/infinity)
1e300
1e-320
100000000000000000000
-9223372036854775808
9223372036854775807
4294967296
1000000000000
(expt 10 40)
(expt 7 3000)
(/ 1 (expt 3 200))
(make-rectangular 1 2)
(make-rectangular math/nan 1.5)
"""

STRINGS = r"""
""
"abc"
"a\nb"
"é日😀"
"12"
"-1.5e3"
"{\"a\": [1, null, {\"b\": 2.5e3}]}"
"a,b\n\"c\",d"
"[a]\nb = [1, 2]\n[c.d]\ne = 1979-05-27"
"# Title\n\n* a **b** `c`\n\n| x | y |\n|---|---|\n| 1 | 2 |"
"<p class='x'>a<br>b<b>c</p>"
"(car '(1))"
"(a [b {:c d"
"~a ~s ~5d ~~ ~%"
"%5.2f %d %s"
"%Y-%m-%d %H:%M:%S"
"2024-02-30"
"2024-02-29T12:00:00Z"
"(a+)+b"
"[a-z]*(?:x|y)\\d{2,}"
"^(\\w+\\s?)*$"
"($1)"
"f.txt"
"no-such-file"
"dir/sub"
"aGVsbG8="
"Ünïcödé ǅ ß ﬁ İ"
"\x0;\x1;\x7f;"
"a\x301;\x301;\x200d;👩‍👩‍👧"
"\r\n\t"
"--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n"
(string/repeat "ab" 3000)
(string/repeat "a\n" 1000)
(string/repeat "(" 3000)
(string/repeat "[" 3000)
(string/repeat "aaaaaaaaaa" 4)
(string/from-codepoints '(97 0 1114111))
"""

LISTS = r"""
'()
'(1 2)
'(1 . 2)
'(1 . (2 . 3))
'((a 1) (b 2))
'((1 . 2) (3 . 4))
(list 1 "a" :b nil #t)
(list nil)
(list 3 1 2)
(list "b" "a" "c")
(list 1 1.0 1/2 math/nan)
(range 5)
(range 1000)
(list (list 1 2) (list 3 4))
(list {:a 1 :b 2} {:a 3})
(list + car (fn (x) x))
(list #\a #\b)
(list 255 0 256)
'(a b c)
'(quote x)
'(unquote x)
'(f x y)
'(fn (x) x)
'(define q 1)
'(if)
'(let ((a 1)) a)
(foldl (fn (a i) (list a)) '() (range 500))
[]
[1 2 3]
[1 [2 [3]]]
["a" "b"]
[[1 2] [3 4]]
[{:a 1} {:a 2}]
(foldl (fn (a i) [a]) [] (range 500))
(foldl (fn (a i) (list i a)) '() (range 20000))
"""

MAPS = r"""
{}
{:a 1}
{:a {:b {:c 1}}}
{"k" 1 2 "v" nil nil}
{:type :x :message "m" :name "n" :value 3}
{[1 2] '(3)}
{math/nan 1 0.0 2 -0.0 3}
(hashmap/new)
(hashmap/new :a 1 "b" 2)
(foldl (fn (a i) {:k a}) {} (range 500))
(foldl (fn (a i) {:k a}) {} (range 20000))
(map/from-entries (map (fn (i) (list i i)) (range 200)))
"""

FUNCTIONS = r"""
car
+
<
list
str
equal?
:a
(fn (x) x)
(fn (x y) (+ x y))
(fn () 1)
(fn args args)
(fn (a . b) b)
(fn () (throw 1))
(fn (x) (throw {:a x}))
(fn (x) (car 5))
(fn (x) nil)
(fn (x y) #f)
(fn (x y) (throw "no"))
(fn (x) (f x))
(fn args (apply + args))
(fn (x) (list x x))
(fn (x y) math/nan)
(fn (x y) (- x y))
((fn () (define q (fn (n) (if (= n 0) 0 (q (- n 1))))) q))
(make-parameter 1)
(fn (x) (fn (y) (x y)))
"""

BYTES = """
(bytevector)
(bytevector 1 2 255)
(string->utf8 "é日")
(make-bytevector 300 7)
(gzip/compress (string->utf8 "hello"))
(zip/create {"a.txt" (string->utf8 "x")})
(bytevector 31 139 8 0 0 0 0 0)
(bytevector 80 75 3 4 20 0)
"""

OTHERS = r"""
nil
#t
#f
#\a
#\space
#\é
'x
'nil
:k
:a
(string->symbol "")
(string->symbol "a b")
(string->keyword "x y")
(values 1 2)
(values)
(delay 1)
(delay (throw 1))
(delay (car 5))
(mutable-array/new)
((fn () (define a (mutable-array/new)) (mutable-array/push! a 1) (mutable-array/push! a a) a))
(mutable-cell/new 1)
((fn () (define c (mutable-cell/new 1)) (mutable-cell/set! c (list c {:c c})) c))
((fn () (define a (mutable-array/new)) (mutable-array/push! a {:k (list a)}) a))
(f64-array/from-list '(1 2 3))
(f64-array/make 3 math/nan)
(i64-array/from-list '(1 2 3))
(i64-array/make 0 1)
(channel/new 2)
((fn () (define c (channel/new 1)) (channel/send c 1) c))
((fn () (define c (channel/new 1)) (channel/close c) c))
(async/resolved 1)
(async/rejected "no")
(async (+ 1 2))
(async (throw 3))
(async (car 5))
(stream/from-string "ab\ncd\n")
(stream/from-bytes (bytevector 1 200 3))
(stream/byte-buffer)
((fn () (define s (stream/from-string "x")) (stream/close s) s))
(message :user "hi")
(message :user {:a 1})
(prompt (system "be brief") (user "hi ${name}"))
(try (car 5) (catch e e))
((fn () (define-record-type point (make-point x y) point? (x point-x)) (make-point 1 2)))
((fn () (define-record-type point (make-point x y) point? (x point-x)) (make-point make-point 2)))
(call-with-values (fn () (values 1 2)) list)
(time/parse "2024-02-29" "%Y-%m-%d")
(time/now)
(gensym)
(type 1)
(db/open-memory "m")
(json/decode "[[[[1]]]]")
(read "(a [b {:c d}])")
"""


def lines(text: str) -> list[str]:
    """Returns the expressions of a table."""
    return [line for line in text.strip().split("\n") if line]


BY_TYPE = {
    "number": lines(NUMBERS),
    "string": lines(STRINGS),
    "list": lines(LISTS),
    "map": lines(MAPS),
    "function": lines(FUNCTIONS),
    "bytevector": lines(BYTES),
    "any": lines(OTHERS),
}
EVERYTHING = [each for group in BY_TYPE.values() for each in group]

# What the documentation calls a type -> words to look for in an expression of that type.
_MADE_BY = {
    "stream": "stream/",
    "channel": "channel/",
    "promise": "delay",
    "async-promise": "async",
    "f64-array": "f64-array",
    "i64-array": "i64-array",
    "mutable-array": "mutable-array",
    "mutable-cell": "mutable-cell",
    "message": "message",
    "prompt": "prompt",
    "char": "#\\",
    "keyword": ":",
    "symbol": "symbol",
    "hashmap": "hashmap",
    "vector": "[",
}
_GROUPS = {
    "int": "number",
    "integer": "number",
    "rational": "number",
    "sequence": "list",
    "collection": "list",
    "list|vector": "list",
    "map|hashmap": "map",
    "any": "",
}


def fitting(kind: str) -> list[str]:
    """Returns the expressions for a parameter of a documented type; all, if it names none."""
    for each in kind.strip("[]").split("|"):
        if each in _MADE_BY:
            word = _MADE_BY[each]
            return [value for value in EVERYTHING if word in value[:60]]
        if (group := _GROUPS.get(each, each)) in BY_TYPE and group:
            return BY_TYPE[group]
    return EVERYTHING
