"""dist/THIRD-PARTY-NOTICES.txt: everything in dist/ that others made is named, with its licence."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from aimock import node

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
ENTRIES = (
    "src/main.js",
    "src/engine/worker.js",
    "src/engine/service-worker.js",
    "src/models/local-engine.js",
    "src/panels/files/pdf.js",
    "src/panels/files/pdf-worker.js",
)
# The bundler is asked once more, apart from the build's own book-keeping.
BUNDLED = """
import * as esbuild from "esbuild";
const result = await esbuild.build({
    entryPoints: process.argv.slice(1), bundle: true, write: false, metafile: true, format: "esm",
    outdir: "nowhere", logLevel: "error", external: ["node:*", "ws"],
});
console.log(JSON.stringify(Object.keys(result.metafile.inputs)));
"""

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")


@pytest.fixture(scope="module")
def notices(dist: Path) -> str:
    return (dist / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")


def packages_in_the_bundles() -> set[str]:
    command = [str(node()), "--input-type=module", "-e", BUNDLED, *ENTRIES]
    done = subprocess.run(
        command, cwd=WEB, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = set()
    for name in json.loads(done.stdout):
        parts = name.split("node_modules/")[-1].split("/")
        if "node_modules/" in name:
            found.add("/".join(parts[:2]) if parts[0].startswith("@") else parts[0])
    return found


def test_every_package_in_the_bundles_is_named_with_its_version(notices: str) -> None:
    packages = packages_in_the_bundles()
    assert {"@codemirror/view", "fflate", "@wllama/wllama"} <= packages
    for name in packages | {"pyodide"}:
        about = json.loads((WEB / "node_modules" / name / "package.json").read_text("utf-8"))
        assert f"\n{name} {about['version']}\nLicence: {about['license']}\n" in notices


def test_wheels_and_what_is_compiled_in_are_named(notices: str, dist: Path) -> None:
    wheels = [wheel.name.split("-")[:2] for wheel in (dist / "wheels").glob("*.whl")]
    assert wheels
    for name, version in wheels:
        # Dots, dashes and underscores are the same in the name of a package.
        pattern = re.sub("[-_.]+", "[-_.]+", name)
        assert re.search(rf"^{pattern} {re.escape(version)}$", notices, re.MULTILINE), name
    compiled = json.loads((WEB / "licenses" / "compiled-in.json").read_text("utf-8"))
    for holder, parts in compiled.items():
        for name, _, notice in parts:
            assert f"\n{name} in {holder}\n" in notices
            assert notice in notices


def test_nothing_else_of_others_lies_in_dist(dist: Path) -> None:
    """What is new in the output has to be looked at: whose it is, and whether it is named."""
    ours = {"index.html", "icon.svg", "service-worker.js", "THIRD-PARTY-NOTICES.txt", "_headers"}
    known = ("assets/", "python/", "wheels/", "pyodide-", "wllama-", "frame", "docs/", "embed.js")
    ours |= {"playground.d.ts", "llms.txt", "oauth.html", "manifest.webmanifest"}
    files = {file.relative_to(dist).as_posix() for file in dist.rglob("*") if file.is_file()}
    assert [name for name in files - ours if not name.startswith(known)] == []


def test_each_part_brings_the_text_of_its_licence(notices: str) -> None:
    parts = notices.split("=" * 100)[1:]
    assert len(parts) > 30
    for part in parts:
        title, licence, *text = part.strip().splitlines()
        if licence != "Licence: public domain":
            assert len("\n".join(text)) > 400, title
