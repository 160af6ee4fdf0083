"""Errors, promises, several values, and what runs code that no compiler has seen."""

from __future__ import annotations

from lispcore.compiler.emit.loop_steps import write_force
from lispcore.compiler.emit.patterns import write_values
from lispcore.compiler.emit.spreading import write_apply
from lispcore.compiler.library import CALLS_GIVEN, PURE, Effect, primitive

primitive("raise", effects=Effect.THROWS, raises="thrown")
primitive("error", effects=PURE, raises="said")
primitive("apply", effects=CALLS_GIVEN, value=write_apply)
primitive("values", effects=PURE, value=write_values)
primitive("force", effects=CALLS_GIVEN, value=write_force)
primitive("eval", effects=CALLS_GIVEN | Effect.EVALUATES)
primitive("load", effects=CALLS_GIVEN | Effect.EVALUATES)
primitive("module/%import", effects=CALLS_GIVEN | Effect.EVALUATES)
primitive("workflow/run", effects=CALLS_GIVEN | Effect.EVALUATES)
primitive("workflow/run-form", effects=CALLS_GIVEN | Effect.EVALUATES)
