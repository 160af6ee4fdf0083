"""What a quick run tests: what belongs to the files that were changed, and a core."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from building.quick import CORE, MOST_USERS, belonging, changed_files, chosen_modules

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "tests/test_sums.py": "from lispcore.library import (\n    words,\n    sums,\n)\n",
    "tests/test_words.py": "import lispcore.library.words as words\n",
    "tests/test_page_engine.py": 'SCRIPT = "engine/worker.js"\n',
    "tests/test_page_theme.py": "",
    "tests/test_tools.py": "from fake_host import FakeHost\n",
    "tests/test_wordsmith.py": "from lispcore.library.wordsmith import forge\n",
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("lispcore/library/sums.py", ["sums"]),
        ("lispcore/library/words.py", ["sums", "words"]),
        ("lispcore/other/words.py", ["words"]),  # named after it
        ("web/src/engine/standby.js", ["page_engine"]),
        ("web/src/panels/theme/index.js", ["page_theme"]),
        ("tests/fake_host.py", ["tools"]),
        ("tests/test_tools.py", ["tools"]),
        ("docs/nothing.md", []),
    ],
)
def test_modules_belong_to_what_they_name(changed: str, expected: list[str]) -> None:
    found = belonging([changed], MODULES)
    assert found == [f"tests/test_{name}.py" for name in expected]


def test_a_tool_of_many_tests_has_those_that_are_named_after_it() -> None:
    users = {f"tests/test_{n}.py": "import lispcore.tool\n" for n in range(MOST_USERS + 1)}
    own = {"tests/test_tool.py": ""}
    assert belonging(["lispcore/tool.py"], {**users, **own}) == ["tests/test_tool.py"]


def test_the_core_is_there() -> None:
    chosen = set(chosen_modules(ROOT))
    assert {f"tests/test_{name}.py" for name in CORE} <= chosen


def test_changed_is_what_differs_from_the_main_line(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        name = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True, capture_output=True)

    assert changed_files(tmp_path / "nowhere") == []
    git("init", "-b", "main")
    for name in ("old.py", "kept.py"):
        (tmp_path / name).write_text("1")
    git("add", ".")
    git("commit", "-m", "one")
    assert changed_files(tmp_path) == []
    git("checkout", "-b", "work")
    (tmp_path / "done.py").write_text("2")
    git("add", ".")
    git("commit", "-m", "two")
    (tmp_path / "old.py").write_text("3")
    (tmp_path / "new.py").write_text("4")
    assert changed_files(tmp_path) == ["done.py", "new.py", "old.py"]
