"""Asks the peer for its answers to the programs of this folder and writes them into the data files.

    python tests/differential/record.py [--only TOPIC] [--package DIRECTORY]

Needs Node and the npm package ``@sema-lang/sema-wasm`` (installed into a temporary folder if
`DIRECTORY`, a folder with ``node_modules``, is not given). The tests need neither: they read the
recorded answers. Each line of a data file is a JSON object ``{"program", "value", "output",
"error"}``; to add programs, append them as plain lines and run this script.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = "@sema-lang/sema-wasm"
# A crash of the peer spoils the rest of its process, so that programs are asked in small batches.
BATCH_SIZE = 40
TIMEOUT_SECONDS = 60

ASKER = """
import fs from 'fs';
import * as peer from '@sema-lang/sema-wasm';
peer.initSync({module: fs.readFileSync('node_modules/@sema-lang/sema-wasm/sema_wasm_bg.wasm')});
for (const program of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  let answer;
  try {
    answer = new peer.SemaInterpreter().evalGlobal(program);
    if (typeof answer === 'string') answer = JSON.parse(answer);
  } catch (error) {
    answer = {crash: String(error)};
  }
  console.log(JSON.stringify(answer));
}
"""


def ask(programs: list[str], folder: Path) -> list[dict]:
    """Returns the peer's answers; after a crash the rest is asked anew, without the culprit."""
    answers: list[dict] = []
    while len(answers) < len(programs):
        batch = programs[len(answers) : len(answers) + BATCH_SIZE]
        try:
            run = subprocess.run(
                ["node", "asker.mjs"],
                cwd=folder,
                input=json.dumps(batch),
                text=True,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
            )
            lines = run.stdout.splitlines()
        except subprocess.TimeoutExpired as expired:
            lines = (expired.stdout or b"").decode().splitlines()
        got = [json.loads(line) for line in lines]
        crash = next((i for i, answer in enumerate(got) if "crash" in answer), None)
        if crash is not None:
            got = got[: crash + 1]
        elif len(got) < len(batch):
            got.append({"crash": "no answer"})
        answers += got
    return answers


def install(folder: Path, package: Path | None) -> None:
    """Makes the package importable from a script in `folder`."""
    if package is None:
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=folder, check=True)
    else:
        (folder / "node_modules").symlink_to(package.resolve() / "node_modules")
    (folder / "asker.mjs").write_text(ASKER, encoding="utf-8")


def programs_of(path: Path) -> list[str]:
    """Returns the programs of a data file; a line that is no recorded answer is a new one."""
    programs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith('{"program"'):
            programs.append(json.loads(line)["program"])
        elif line.strip():
            programs.append(line)
    return list(dict.fromkeys(programs))


def record(path: Path, folder: Path) -> int:
    """Asks all programs of a data file again; returns how many there are."""
    programs = programs_of(path)
    lines = []
    for program, answer in zip(programs, ask(programs, folder), strict=True):
        if "crash" in answer:
            answer = {"value": None, "output": [], "error": None, "crash": answer["crash"]}
        entry = {"program": program, **answer}
        lines.append(json.dumps(entry, ensure_ascii=False) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return len(programs)


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", help="the one data file to record, without .jsonl")
    parser.add_argument("--package", type=Path, help="a folder with node_modules in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        install(Path(name), options.package)
        for path in sorted(Path(__file__).parent.glob("*.jsonl")):
            if options.only in (None, path.stem):
                print(f"{path.stem}: {record(path, Path(name))} programs", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
