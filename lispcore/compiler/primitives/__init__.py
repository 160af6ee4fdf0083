"""The records of the library's functions, a chapter in each file; importing this fills the table.

How a call of ``length`` is compiled is read from its record in `list_primitives.py`.
"""

# They fill `meanings.PRIMITIVES`; the predicates come last, for what the others have left.
import lispcore.compiler.primitives.array_primitives
import lispcore.compiler.primitives.character_primitives
import lispcore.compiler.primitives.comparison_primitives
import lispcore.compiler.primitives.control_primitives
import lispcore.compiler.primitives.list_primitives
import lispcore.compiler.primitives.loop_primitives
import lispcore.compiler.primitives.map_primitives
import lispcore.compiler.primitives.number_primitives
import lispcore.compiler.primitives.string_primitives

# isort: split
import lispcore.compiler.primitives.predicate_primitives  # noqa: F401
