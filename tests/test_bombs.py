"""Small texts that would take a memory or a day: each ends soon, or can be stopped soon.

What a bomb is made of differs; what must hold is the same: a bomb fails at once, or ends within a second when it is
stopped. They run in a process of their own, with a limit of memory as a tab has it. Time is that of the processor: what
else a machine does is no fault of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lispcore

ROOT = Path(lispcore.__file__).parent.parent
# A busy machine takes its time: what cannot be stopped takes minutes, or the memory.
SECONDS = 300
# A second on a machine of today; those that test this are up to three times as slow.
SECONDS_TO_STOP = 3

BOMBS = [
    "(expt 10 (expt 10 9))",
    "(let loop ((x 3)) (loop (* x x)))",
    "(foldl * 1 (range 1 1000000))",
    '(string/repeat "ab" 1000000000000)',
    '(foldl (fn (a x) (str a a)) "ab" (range 60))',
    "(foldl (fn (a x) (append a a)) (list 1) (range 60))",
    "(length (flatten (foldl (fn (a x) (list a a)) 1 (range 60))))",
    "(str (foldl (fn (a x) (list a a)) 1 (range 60)))",
    "(json/encode (foldl (fn (a x) (list a a)) 1 (range 60)))",
    "(make-list 1000000000000 1)",
    "(range 1000000000000)",
    '(regex/match? "(a+)+$" (str (string/repeat "a" 60) "b"))',
    '(regex/match? "(a|a)*c" (str (string/repeat "a" 80) "b"))',
    '(regex/replace-all "((a{0,1000}){0,1000}){0,1000}b" "" (string/repeat "a" 100))',
    '(json/decode (string/repeat "[" 50000000))',
    '(json/decode (string/repeat "9" 20000000))',
    '(json/decode (str "[" (string/repeat "9" 20000000) "]"))',
    '(toml/decode (str "a = " (string/repeat "9" 20000000)))',
    '(toml/decode (str "a = " (string/repeat "[" 1000000)))',
    '(yaml/decode (string/repeat "[" 1000000))',
    '(string->number (string/repeat "9" 50000000))',
    '(read (string/repeat "(" 5000000))',
    '(begin (db/open-memory "m") (db/query "m" "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT '
    'x+1 FROM c) SELECT count(*) FROM c"))',
    '(begin (db/open-memory "m") (db/query "m" "SELECT zeroblob(1000000000)"))',
    '(begin (db/open-memory "m") (db/query "m" "SELECT a.value FROM json_each(\'[1]\') a, '
    '(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c)"))',
    # One long step each, which nothing but the step itself can end.
    '(json/decode (str "[" (string/repeat "{\\"a\\":[1,2]}," 4000000) "1]"))',
    "(json/encode (range 10000000))",
    "(begin (define t (expt 3 4000000)) (* t t))",
    "(str (expt 3 4000000))",
    "(gcd (expt 3 2000000) (expt 7 1000000))",
    "(sort (map (fn (x) (mod (* x 7919) 10000019)) (range 1000000)))",
    "(apply max (range 3000000))",
    '(string/split (string/repeat "ab," 20000000) ",")',
    '(string/split (string/repeat "a" 90000000) "aa")',
    '(string/lines (string/repeat "a\n" 20000000))',
    '(string->list (string/repeat "ab" 20000000))',
    '(string/join (map str (range 1000000)) ",")',
    '(string/index-of (string/repeat "a" 50000000) (str (string/repeat "a" 20000000) "b"))',
    '(hash/sha256 (string/repeat "a" 99000000))',
    '(regex/find-all "[a-z]+," (string/repeat "ab," 30000000))',
    "(db/query \"m\" \"SELECT instr(printf('%.*c', 2000000, 'a'), printf('%.*c', 1000000, 'a') || 'b')\")",
    "(db/query \"m\" \"SELECT replace(printf('%.*c', 2000000, 'a'), printf('%.*c', 1000000, 'a') || 'b', 1)\")",
    "(db/query \"m\" \"SELECT trim(printf('%.*c', 90000000, 'a'), printf('%.*c', 1000000, 'b') || 'a')\")",
    "(db/query \"m\" \"SELECT printf('%.*c', 20000000, 'a') LIKE '%' || printf('%.*c', 40000, 'a') || 'b'\")",
]
# Every bomb in the same process, one after the other, each interrupted as Ctrl-C would.
RUN = """
import json, resource, signal, sys, time
resource.setrlimit(resource.RLIMIT_AS, (2_500_000_000, 2_500_000_000))
signal.signal(signal.SIGVTALRM, signal.default_int_handler)
from lispcore import Interpreter
for number, bomb in enumerate(json.load(sys.stdin)):
    print(f"began {number}", flush=True)
    lisp = Interpreter()
    if "db/" in bomb:
        lisp.run('(db/open-memory "m")')
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.3)
    try:
        error = lisp.run(bomb)["error"]
        said = error and error["message"]
    except BaseException as stop:
        said = type(stop).__name__
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print(f"ended {number} after {time.process_time() - started:.1f} s: {said}", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits and timers of Unix")
def test_every_bomb_ends_or_can_be_stopped() -> None:
    words = [sys.executable, "-c", RUN]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        words, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        said, _ = process.communicate(json.dumps(BOMBS), timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    ended = [line for line in said.splitlines() if line.startswith("ended")]
    assert len(ended) == len(BOMBS), BOMBS[len(ended)]
    late = [line for line in ended if float(line.split()[3]) > 0.3 + SECONDS_TO_STOP]
    assert not late, [BOMBS[int(line.split()[1])] for line in late]
    assert not [line for line in ended if "itself failed" in line]
