"""What stands for a function of another Lisp's standard library: the larger part of the hints.

The names are those of R7RS and SRFI 1, Racket, Clojure, Common Lisp and Emacs Lisp that mean
nothing here. Each line of the table has names, and after the bar what to write, as in
`foreign_names.FOREIGN_NAMES`; what is indented continues the line before.
"""

from __future__ import annotations

from typing import Final

_TABLE: Final = """
memq memv | member
square sqr | (* x x)
exp | math/exp
tan | math/tan
asin | math/asin
acos | math/acos
atan | (math/atan x), or (math/atan2 y x)
sgn | math/sign
nan? | math/nan?
infinite? | math/infinite?
finite? | (not (or (math/nan? x) (math/infinite? x)))
floor/ truncate/ | (list (quotient a b) (modulo a b))
floor-quotient | (floor (/ a b))
truncate-quotient quot | quotient
floor-remainder | modulo
truncate-remainder rem | remainder
isqrt | exact-integer-sqrt
exact-round exact-floor | (exact (round x)), or floor in its place
exact-nonnegative-integer? | (and (integer? x) (>= x 0))
bitwise-and logand | bit/and
bitwise-or bitwise-ior logior | bit/or
bitwise-xor logxor | bit/xor
bitwise-not lognot bit-not | bit/not
arithmetic-shift ash shift-left | bit/shift-left to the left, bit/shift-right to the right
bit-test | (not (zero? (bit/and n (bit/shift-left 1 i))))
bit-count | no function counts bits: loop with bit/and and bit/shift-right
random | (math/random) from 0 to 1, (math/random-int low high) for whole numbers
runtime real-time current-time current-second current-jiffy get-universal-time | time-ms
current-inexact-milliseconds System/currentTimeMillis | time-ms
jiffies-per-second | (time-ms) counts milliseconds
Thread/sleep | sleep
string | (str a b …) joins values, (list->string characters) characters
string->vector | (list->vector (string->list s))
vector->string build-string | (list->string (vector->list v))
string<=? string>=? string-ci<? | (<= a b) and (>= a b) compare strings, too
string-foldcase char-foldcase | string/foldcase
string-titlecase | string/title-case
string-capitalize | string/capitalize
string-copy! | strings never change: make a new one with str and substring
string-head | (substring s 0 end)
string-tail | (substring s start)
string-append* | (apply string-append strings)
string-left-trim triml | string/trim-left
string-right-trim trimr | string/trim-right
string= | =
string< | <
string/= not= | (not (= a b))
char= | char=?
char< | char<?
char-code | char->integer
code-char | integer->char
digit-value digit-char-p | (string->number (str c))
alpha-char-p | char-alphabetic?
upper-case-p | char-upper-case?
lower-case-p | char-lower-case?
string-to-number parse-float | string->number
number-to-string | number->string
split-string split-sequence | string/split
mapconcat | (string/join (map f xs) separator)
string-match regexp-match | regex/match
regexp-match? | regex/match?
regexp-match* | regex/find-all
regexp-replace | regex/replace
regexp-replace* replace-regexp-in-string | regex/replace-all
regexp-split | regex/split
pregexp regexp | a pattern is a string: #"\\\\d+"
re-groups | (:groups m), where m is what regex/match gave
non-empty-string? | (not (string/empty? s))
symbol-name | symbol->string
make-symbol intern | string->symbol
princ-to-string prin1-to-string println-str | (str x), or (format "~s" x) as code
format-message | format
fourth | (nth xs 3)
fifth | (nth xs 4)
sixth | (nth xs 5)
seventh | (nth xs 6)
nfirst | (rest (first xs))
cons* list* | (append (list a b) xs)
list-tabulate build-list | (map f (range n))
build-vector | (list->vector (map f (range n)))
vector-copy vector-copy! | vectors never change: nobody needs a copy
bytevector-copy! | (bytevector/set! b i byte) in a loop, or bytevector-append
vector-sort sort! list-sort merge-sort stable-sort | (sort xs <): it is stable, and keeps equal
  ones in order
vector-binary-search | (list/find f xs)
unfold | (let loop ((x start)) (if (done? x) '() (cons (f x) (loop (next x)))))
span break-list | take-while and drop-while
copy-list copy-seq copy-tree | lists never change: nobody needs a copy
subst | (map (fn (x) (if (= x old) new x)) xs)
search | string/index-of for texts, list/index-of for lists
pairlis acons rassoc | a map holds pairs: (map/zip keys values), (assoc m key value)
tree-equal identical? | equal?
compare | (sort-by f xs) orders by a key; < and > compare numbers, strings and characters
take-right | list/take-last
drop-right | list/drop-last
list-update | (map-indexed (fn (i x) (if (= i index) (f x) x)) xs)
list-set | (map-indexed (fn (i x) (if (= i index) new x)) xs)
argmin min-key | (first (sort-by f xs))
argmax max-key | (last (sort-by f xs))
filter-not remove* cl-remove-if | list/reject
notany | (not (any f xs))
add-between | interpose
append* | (apply append lists)
concat lazy-cat | append
check-duplicates | list/duplicates
distinct? | (empty? (list/duplicates xs))
reductions | (foldl (fn (all x) (cons (f (first all) x) all)) (list start) xs)
reduce-kv | (for/fold ((result start)) ((entry (map/entries m))) …)
transduce eduction completing halt-when | (->> xs (filter f) (map g) (foldl h start)): there are
  no transducers
keep-indexed | (filter … (map-indexed f xs))
rseq | reverse
empty | '() for lists, {} for maps
find | (list/find f xs) in a list, (get m key) in a map
line-seq | file/read-lines
file-seq | file/glob
file->string | file/read
file->lines | file/read-lines
file-exists? | file/exists?
delete-file | file/delete
with-open-file with-output-to-file with-temp-buffer | (with-open (s (stream/open-output path)) …),
  or (file/write path text)
call-with-port close-port close-input-port close-output-port | (with-open (s …) …) closes a
  stream, and so does (stream/close s)
flush-output-port flush | io/flush
get-output-string | stream/to-string
open-input-bytevector | stream/from-bytes
read-u8 read-bytevector peek-u8 | stream/read-byte
write-u8 | stream/write-byte
write-char | (display c)
peek-char char-ready? | stream/available?
write-shared write-simple | (print x) prints as code, (display x) as text
input-port? output-port? textual-port? binary-port? input-port-open? output-port-open? | stream?
fresh-line | newline
pp pretty-print | pprint
eprintf | (print-error (format …))
fprintf | (stream/write-string s (format …))
warn | log/warn
with-out-str | (with-stream …) collects output; (str a b …) joins values
read-from-string edn/read-string | (read s) reads code
read-json json/parse json/read-str | json/decode
jsexpr->string json/write-str json/generate-string | json/encode
parse-boolean | (= s "true")
parse-uuid | a UUID is a string
random-uuid | uuid/v4
get-environment-variable getenv | env
command-line | *command-line-args*
emergency-exit | exit
environment interaction-environment features the-environment | (eval form) runs in the program's
  own names
include | (import "file.lisp") or (load "file.lisp")
make-promise delay-force | (delay x) makes a promise, (force p) its value
error-object? exn? exn:fail? | (:type e), where e is what catch was given
error-object-irritants exn-message ex-cause | (:message e) and (:value e), where e is what catch
  was given
file-error? read-error? | (= (:type e) :io), where e is what catch was given
syntax-error raise-user-error raise-argument-error user-error cerror | (error "what is wrong")
check-type the | (assert (string? x)), or if and error
with-handlers make-condition define-condition | errors are caught with (try body … (catch e
  handler …))
let/ec | continuations do not exist here; use try and throw
receive | (let-values (((a b) expression)) …)
syntax-rules | (define-syntax name (syntax-rules () (pattern template) …))
let-optionals default-object? | (define (f a & more) …), or (defn f ([a] …) ([a b] …))
and-let* when-let* | when-let
cut curry | (fn (x) (f a x)), or short #(f a %)
compose compose1 | (fn (x) (f (g x))); (-> x g f) reads the same way round
negate | (fn (x) (not (f x)))
thunk | (fn () …)
rec named-lambda | (letrec ((f (fn (x) …))) f), or (define (f x) …)
define-integrable define/contract cl-defun defalias | define
fluid-let binding with-redefs with-local-vars | (define p (make-parameter value)) and
  (parameterize ((p new)) …)
var-get | (p), where p is a parameter
alter-var-root psetq rotatef shiftf | (set! x value)
add-watch remove-watch | nothing watches a variable: call a function where it changes
compare-and-set! swap-vals! volatile! vswap! vreset! agent-send send-off | a mutable-cell/new
  holds what changes, and (mutable-cell/set! c value) changes it
box | mutable-cell/new
unbox | mutable-cell/get
set-box! | mutable-cell/set!
await-for | async/timeout
local shared | (let ((a 1)) …), or define inside the body
lexical-let let-alist | let
match-define match-let | patterns stand in let and define: (let (([a b] xs)) …)
match-lambda match-lambda* | (fn (x) (match x (pattern result) …))
pcase cl-case | match
ecase | case
typecase etypecase | (cond ((string? x) …) ((number? x) …) …)
cl-loop do-ec for/vector for* for*/list for/list* | (for/list ((x xs)) …) collects, (for-each f
  xs) runs
for/sum | (for/fold ((sum 0)) ((x xs)) (+ sum x))
for/product | (for/fold ((product 1)) ((x xs)) (* product x))
for/and | (every f xs)
for/or | (any f xs)
for/first | (list/find f xs)
for/last | (last (filter f xs))
for/hash | for/map
in-range in-naturals in-list in-vector in-string in-hash | (for/list ((x (range 10))) …): a list
  stands for itself
do* | (do ((i 0 (+ i 1))) (test result) body …)
prog1 begin0 | (let ((result first)) … result)
prog2 | (begin a (let ((result b)) … result))
tagbody | (let loop ((i 0)) … (loop (+ i 1)))
comment | (quote …) around it, #; before one form, or #| … |# around any text
declaim optimize interactive eval-when-compile eval-when | leave it out
void? | nil?
true? | (= x #t)
false? | (= x #f)
ratio? | (and (rational? x) (not (integer? x)))
cons? | pair?
seq? sequential? coll? | list? or vector?
associative? | map?
ifn? | (or (fn? x) (keyword? x))
set? list->set set-add set-member? hash-set* subset? subsetp | there are no sets: (list/unique
  xs), (list/contains? xs x), or a map with the items as its keys
difference set-difference set-subtract | list/diff
intersection set-intersect | list/intersect
pushnew | (if (list/contains? xs x) xs (cons x xs))
long bigint | int
double | float
bigdec rational num | numbers are exact as written: (exact x), (float x)
char | (integer->char n), or (nth s 0) of a text
byte | a byte is a whole number from 0 to 255
boolean | (if x #t #f)
coerce | list->vector, vector->list, string->list and their like
typep instance? isa? | string?, number?, list? …, or (= (type x) :string)
type-name | type
maphash hash-for-each | (for-each f (map/entries m))
clrhash | (set! m {})
hash make-hasheq make-hasheqv make-equal-hashtable make-eq-hashtable | a map is written {:key
  value …}, or made with (hash-map :key value …)
hash-ref! hash-set! hash-update! hashtable-set! hash-table/put! hash-table-update!/default | assoc
  gives a changed copy of a map; mutable-cell/new holds what changes
hashtable-ref hash-table/get hash-table-get plist-get alist-get assoc-default cdr-assoc | get
hashtable-contains? hash-table-exists? | contains?
hash-count hash-table-count hash-table-size | count
hash->list hash-table->alist hashtable-entries | map/entries
hash-table-keys hashtable-keys | keys
hash-table-values hashtable-values | vals
plist-put dissoc! assoc! | assoc
dissoc-in | (update-in m [:a] (fn (x) (dissoc x :b)))
sorted-map-by | every map keeps its keys in order: (map/entries m) can be sorted
map-invert | (map/zip (vals m) (keys m))
rename-keys keywordize-keys | map/map-keys
walk postwalk prewalk | write a function that calls itself for lists, vectors and maps
struct-copy | records are made anew with their constructor
slot-value with-slots | (:field record), or its accessor
call-next-method prefer-method get-method remove-method derive hierarchy multimethod | defmulti
  and defmethod choose by one value, without inheritance
make-array vector-push vector-push-extend fill-pointer | mutable-array/new, mutable-array/push!
into-array | list->vector; mutable-array/new makes one that changes
aget | (nth v i), or (mutable-array/get a i)
aset vector-set*! | (mutable-array/set! a i x) changes a mutable array
alength | length
symbol-function fdefinition symbol-value resolve ns-resolve | (eval 'name)
boundp fboundp | (try (eval 'name) (catch e …))
macroexpand-1 macroexpand-all | macroexpand
documentation describe | (doc f)
trace untrace tap> | spy
meta with-meta vary-meta | values carry no metadata: put it in a map
namespace find-ns | (module name (export name …) body …)
only-in except-in module+ module* | (import "file.lisp") brings in what a file exports
assert-true check-true | (assert x), in tests (is x)
check-equal? assertion assert-equal | (assert= a b), in tests (is (= a b))
add-hook save-excursion current-buffer propertize with-current-buffer | there are no buffers:
  programs work on values and files
cat | flatten
car-safe | car
cdr-safe | cdr
seq-filter | filter
seq-map | map
seq-reduce | foldl
sequence sequence-map | map
Integer/parseInt Long/parseLong Double/parseDouble | string->number
lower-case | string/lower
upper-case | string/upper
capitalize | string/capitalize
blank? | (string/empty? (string/trim s))
includes? | string/contains?
starts-with? | string/starts-with?
ends-with? | string/ends-with?
index-of | string/index-of for texts, list/index-of for lists
last-index-of | string/last-index-of
join | (string/join xs ", ")
split | string/split
split-lines | string/lines
trim | string/trim
trim-newline | string/trim-right
"""


def _read_table(table: str) -> dict[str, str]:
    hints: dict[str, str] = {}
    for line in table.replace("\n  ", " ").strip().splitlines():
        names, _, hint = line.partition(" | ")
        hints.update(dict.fromkeys(names.split(), hint))
    return hints


FOREIGN_FUNCTIONS: Final = _read_table(_TABLE)
