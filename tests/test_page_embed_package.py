"""The npm package of snippets (web/packages/embed): its links, its version, and what it would publish."""

from __future__ import annotations

import json

from lispcore.values.version import VERSION
from page_modules import WEB, needs_node, run_page_modules

PACKAGE = WEB / "packages" / "embed"


@needs_node
def test_its_links_are_those_of_the_page() -> None:
    """They are not compressed, so that nothing is needed to make them; long texts take several blocks."""
    body = """
    const programs = ["", "(+ 1 2)", '(println "π λ 🎈")', "; long\\n" + "(list 1 2 3)\\n".repeat(9000)];
    for (const code of programs) {
      const url = new URL(addressOf("https://play.example/deep/", code, { embed: "", theme: "dark" }));
      tell([url.pathname, url.search, decodeLink(url.hash).code === code]);
    }
    """
    head = f'import {{ decodeLink }} from "SRC/sharing/link.js";\nimport {{ addressOf }} from "{(PACKAGE / "index.js").as_uri()}";'
    assert run_page_modules(head, body) == [["/deep/", "?embed=&theme=dark", True]] * 4


def test_it_is_of_this_version_and_ships_its_types() -> None:
    about = json.loads((PACKAGE / "package.json").read_text("utf-8"))
    assert about["version"] == VERSION
    assert set(about["files"]) == {"index.js", "index.d.ts", "README.md"}
    assert all((PACKAGE / name).is_file() for name in about["files"])
    assert about["exports"]["."]["types"] == "./index.d.ts"
