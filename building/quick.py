"""What a quick run tests (`build.py test --quick`): what belongs to the files that were changed,
and a core that says whether the language, the models and the page's scripts still work.

Changed is what differs from the main line, committed or not. A test module belongs to a file if it
names it: by its import, by its path, or by being named after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from building.running import run_quietly

# A file that more test modules name is a tool of theirs; the core says whether it works.
MOST_USERS = 20
MAIN_LINES = ("origin/main", "origin/master", "main", "master")
# Chosen so that they take half of the minute, on two processors, beside form and types.
CORE = """
architecture cases control documentation emitter interpreter late_definitions library_llm lists
llm_client llm_providers maps numbers page_architecture page_state page_structure
patterns printing reader redefinition sizes slow_tests strings tail_calls
""".split()


def changed_files(root: Path) -> list[str]:
    """Returns the files that were changed since the main line; none where there is no git."""
    git = ["git", "-C", str(root)]
    base = "HEAD"
    for line in MAIN_LINES:
        found = run_quietly([*git, "merge-base", "HEAD", line])
        if found.returncode == 0:
            base = found.stdout.strip()
            break
    commands = (
        ["diff", "--name-only", "--relative", base],
        ["ls-files", "--others", "--exclude-standard"],
    )
    lines = [run_quietly([*git, *command]) for command in commands]
    return sorted({name for done in lines if done.returncode == 0 for name in done.stdout.split()})


def names_of(file: PurePosixPath) -> list[str]:
    """Returns patterns of the texts by which a test module may name a file."""
    stem = re.escape(file.stem)
    names = [re.escape("/".join(file.parts[-2:]))]
    if file.suffix == ".py" and file.parts[0] == "tests":
        names.append(rf"^(?:from|import) (?:tests\.)?{stem}\b")
    elif file.suffix == ".py":
        module = re.escape(".".join(file.with_suffix("").parts))
        package = re.escape(".".join(file.parts[:-1]))
        names.append(rf"\b{module}\b")
        names.append(rf"^from {package} import (?:\([^)]*|[^(\n]*)\b{stem}\b")
    return names


def belonging(changed: Iterable[str], modules: Mapping[str, str]) -> list[str]:
    """Returns the names of those test modules, given with their texts, that belong to files."""
    found: set[str] = set()
    for name in changed:
        file = PurePosixPath(name)
        words = [file.stem, *file.parts[-2:-1]] if file.suffix == ".js" else [file.stem]
        own = {name} | {
            f"tests/test_{of}{word.replace('-', '_')}.py" for of in ("", "page_") for word in words
        }
        pattern = re.compile("|".join(names_of(file)), re.MULTILINE)
        users = {module for module, text in modules.items() if pattern.search(text)}
        found |= own & modules.keys() | (users if len(users) <= MOST_USERS else set())
    return sorted(found)


def chosen_modules(root: Path) -> Sequence[str]:
    """Returns the test modules of a quick run, as paths from the project's folder."""
    files = sorted((root / "tests").glob("test_*.py"))
    modules = {f"tests/{file.name}": file.read_text("utf-8") for file in files}
    core = {f"tests/test_{name}.py" for name in CORE}
    return sorted({*belonging(changed_files(root), modules), *core & modules.keys()})
