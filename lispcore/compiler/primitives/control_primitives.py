"""Errors, promises, several values, and what runs code that no compiler has seen."""

from __future__ import annotations

from lispcore.compiler.emit.loop_steps import write_force
from lispcore.compiler.emit.patterns import write_values
from lispcore.compiler.emit.spreading import write_apply
from lispcore.compiler.meanings import CALLS_GIVEN, PURE, Effect, primitive

primitive("raise", effects=Effect.THROWS, raises="thrown")
primitive("error", effects=PURE, raises="said")
primitive("apply", effects=CALLS_GIVEN, value=write_apply)
primitive("values", effects=PURE, value=write_values)
primitive("force", effects=CALLS_GIVEN, value=write_force)

# Of what runs code that no compiler has seen, some take it from a file, and some make the symbols
# in it of texts, so that they need not stand in the program.
_UNSEEN = CALLS_GIVEN | Effect.EVALUATES
primitive("eval", effects=_UNSEEN)
primitive("load", effects=_UNSEEN, reads_program=True, makes_symbols=True)
primitive("module/%import", effects=_UNSEEN, reads_program=True, makes_symbols=True)
primitive("workflow/run", effects=_UNSEEN, makes_symbols=True)
primitive("workflow/run-form", effects=_UNSEEN)
primitive("string/to-symbol", makes_symbols=True)
primitive("read", makes_symbols=True)
primitive("read-many", makes_symbols=True)
primitive("read/string", makes_symbols=True)
primitive("apropos", makes_symbols=True)
