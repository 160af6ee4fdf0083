"""What an index shows of the package: the README with addresses that lead somewhere from there.

In the checkout its links lead to files beside it. Where the project's own address is known, the
description has that in front of them, and the package has its links; else the texts of such links
stand alone. Nothing but the build's tool loads this.
"""

from __future__ import annotations

import os
import re
from configparser import ConfigParser, Error
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VARIABLE = "LISPCORE_HOME"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(((?!https?://|#|mailto:)[^)\s]+)\)")
_REMOTE = re.compile(r"(?:https://|ssh://git@|git@)([\w.-]+)[:/]([\w./-]+?)(?:\.git)?/?")


class Metadata(MetadataHookInterface):
    """Fills in the description and the links."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling."""
        root = Path(self.root)
        home = home_of(root)
        text = (root / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": described(text, home)}
        if home:
            metadata["urls"] = links(home)


def home_of(root: Path) -> str:
    """Returns the address of the project's page, "" if nobody says it.

    LISPCORE_HOME does, or the variables of GitHub's machines, or the remote that was cloned.
    """
    given = os.environ.get(VARIABLE, "")
    if given or "GITHUB_REPOSITORY" not in os.environ:
        return given.rstrip("/") or _cloned_from(root)
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{os.environ['GITHUB_REPOSITORY']}"


def _cloned_from(root: Path) -> str:
    """Returns the address of a public remote named origin."""
    read = ConfigParser(strict=False, interpolation=None)
    try:
        read.read(root / ".git" / "config", "utf-8")
        address = read.get('remote "origin"', "url", fallback="")
    except (OSError, Error, UnicodeDecodeError):
        return ""
    found = _REMOTE.fullmatch(address)
    return f"https://{found[1]}/{found[2]}" if found else ""


def links(home: str) -> dict[str, str]:
    """Returns the links beside the description."""
    return {
        "Homepage": home,
        "Source": home,
        "Documentation": f"{home}/tree/HEAD/docs",
        "Changelog": f"{home}/blob/HEAD/CHANGELOG.md",
        "Issues": f"{home}/issues",
    }


def described(text: str, home: str) -> str:
    """Returns a README for a place where its files are not: every link is absolute, or a text."""

    def changed(match: re.Match[str]) -> str:
        is_image, words, path = match.groups()
        if not home:
            return "" if is_image else words
        kind = "raw" if is_image else "blob"
        return f"{is_image}[{words}]({home}/{kind}/HEAD/{path.removeprefix('./')})"

    return re.sub(r"\n{3,}", "\n\n", _LINK.sub(changed, text))
