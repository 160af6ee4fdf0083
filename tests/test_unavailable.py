"""Names that cannot work here say so, all of them."""

from __future__ import annotations

import pytest

from lispcore.library.registry import ENTRIES
from lispcore.library.system.unavailable import FAMILIES
from lispcore.values.errors import LispError


@pytest.mark.parametrize(("need", "instead", "names"), FAMILIES)
def test_one_clear_error(need: str, instead: str, names: tuple[str, ...]) -> None:
    for name in names:
        function = ENTRIES[name].function
        assert function is not None
        for arguments in ((), (1, "x"), (None,) * 5):
            with pytest.raises(LispError) as caught:
                function(*arguments)
            assert caught.value.message == f"{name} needs {need}"
            assert (caught.value.kind, caught.value.hint) == ("unsupported", instead)
