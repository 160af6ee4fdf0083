"""`lispcore jupyter`: tells Jupyter of the kernel, and runs it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from lispcore.commands.reports import complain

NEEDS = ("ipykernel", "jupyter_client", "jupyter_core", "traitlets", "zmq", "tornado", "IPython")


def read_words(words: list[str]) -> tuple[dict[str, str], str]:
    """Returns what ``install`` is to do, or what is wrong with the words."""
    given = {"--name": "lispcore"}
    waiting = list(words)
    if not waiting or waiting.pop(0) != "install":
        return given, "jupyter expects install, which tells Jupyter of the language"
    while waiting:
        word, mark, value = waiting.pop(0).partition("=")
        if word in ("--user", "--sys-prefix"):
            given[word] = "yes"
        elif word in ("--prefix", "--name"):
            if not mark:
                if not waiting:
                    return given, f"{word} needs a value"
                value = waiting.pop(0)
            given[word] = value
        else:
            return given, f"jupyter install has no option {word}"
    return given, ""


def describe_kernel() -> dict[str, object]:
    """Returns the content of the file by which Jupyter knows how to start the kernel."""
    return {
        "argv": [
            sys.executable,
            "-P",
            "-m",
            "lispcore",
            "jupyter",
            "kernel",
            "-f",
            "{connection_file}",
        ],
        "display_name": "Lispcore",
        "language": "lispcore",
        "interrupt_mode": "signal",
        "metadata": {"debugger": False},
    }


def install(given: dict[str, str]) -> int:
    """Tells Jupyter of the kernel; returns the exit status."""
    try:
        import ipykernel  # noqa: F401
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError as missing:
        return refuse(missing)
    prefix = sys.prefix if "--sys-prefix" in given else given.get("--prefix")
    # Within a virtual environment, what belongs to it; else what belongs to the user.
    is_virtual = sys.prefix != sys.base_prefix
    if prefix is None and is_virtual and "--user" not in given:
        prefix = sys.prefix
    with tempfile.TemporaryDirectory() as folder:
        text = json.dumps(describe_kernel(), indent=1)
        Path(folder, "kernel.json").write_text(text + "\n", "utf-8")
        try:
            place = KernelSpecManager().install_kernel_spec(
                folder, given["--name"], user=prefix is None, prefix=prefix
            )
        except (OSError, ValueError) as error:
            complain(f"the kernel cannot be installed: {error}")
            return 1
    print(f"Jupyter knows the language now: {place}")
    return 0


def run(words: list[str]) -> int:
    """Runs the kernel, as Jupyter asks for it."""
    try:
        from lispcore.commands.notebook_kernel import run_kernel
    except ImportError as missing:
        return refuse(missing)
    return run_kernel(words)


def refuse(missing: ImportError) -> int:
    """Says which package is not there; another missing one is a mistake."""
    if (missing.name or "").partition(".")[0] not in NEEDS:
        raise missing
    complain("notebooks need a package: pip install 'lispcore[jupyter]'")
    return 2
