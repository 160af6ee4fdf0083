"""Finds a Node.js: the machine's, or the one that comes in a Python package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OLDEST_NODE = 20


@dataclass(frozen=True)
class Node:
    """A Node.js: how to start it and its npm."""

    node: str
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Returns the environment in which programs find this Node.js first."""
        folder = str(Path(self.node).parent)
        return {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}


def node_version(command: str) -> int:
    """Returns the major version of a Node.js, 0 if it does not start."""
    try:
        done = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found.group(1)) if found else 0


def find_node(
    which: Callable[[str], str | None] = shutil.which,
    version: Callable[[str], int] = node_version,
) -> Node | None:
    """Returns the machine's Node.js if it is recent enough and has npm beside it."""
    node, npm = which("node"), which("npm")
    if not node or not npm or version(node) < OLDEST_NODE:
        return None
    return Node(node, (npm,))


def packaged_node(package: Path, exists: Callable[[Path], bool] = Path.exists) -> Node:
    """Returns the Node.js inside the Python package that lies at `package`."""
    node, modules = package / "bin" / "node", package / "lib" / "node_modules"
    if not exists(node):  # the layout on Windows
        node, modules = package / "node.exe", package / "node_modules"
    return Node(str(node), (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))
