"""The special forms, one file per idea. Importing this package fills `expander.SPECIAL_FORMS`."""

from lispcore.forms import (  # noqa: F401
    basic,
    binding,
    control,
    definitions,
    documentation,
    help,
    iteration,
    matching,
    models,
    modules,
    observability,
    resources,
    tasks,
    threading,
    workflows,
)

# Needs the whole table of forms.
documentation.enter_table()
