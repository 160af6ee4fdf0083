"""Pyodide's loader takes what lies ready in a snapshot (web/tools/prepared-start.mjs). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

# As it stands in Pyodide's loader.
HEAD = """
import { takePrepared } from "SRC/../tools/prepared-start.mjs";
const asked = [];
const ask = (text) => { asked.push(text); return `asked: ${text}`; };
const API = {
  rawRun: (text) => [0, ask(text)],
  runPythonInternal: ask,
  _pyodide: { _base: { eval_code: ask }, prepared: { own: 1, importlib: 2, main: 3, builtins: 4 } },
};
const loader = 'API.finalizeBootstrap=function(t,e){t&&0;let[r,n]=API.rawRun("import _pyodide_core");' +
  'r,API.runPythonInternal_dict=API._pyodide._base.eval_code("{}"),' +
  'API.importlib=API.runPythonInternal("import importlib; importlib");' +
  'let i=API.runPythonInternal("import __main__; __main__.__dict__"),' +
  's=API.runPythonInternal("import builtins; builtins.__dict__");' +
  'return [r,API.runPythonInternal_dict,API.importlib,i,s]};';
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_with_a_snapshot_nothing_is_asked() -> None:
    assert run(
        """
        new Function("API", takePrepared(loader))(API);
        tell(API.finalizeBootstrap({}));
        tell(asked.length);
        """
    ) == [[0, 1, 2, 3, 4], 0]


def test_without_one_all_is_asked_as_before() -> None:
    assert run(
        """
        const given = { ...API };
        new Function("API", loader)(given);
        const before = given.finalizeBootstrap();
        new Function("API", takePrepared(loader))(API);
        tell(JSON.stringify(API.finalizeBootstrap()) === JSON.stringify(before));
        tell(asked.length);
        """
    ) == [True, 10]


def test_another_loader_is_refused() -> None:
    assert run(
        """
        try {
          takePrepared(loader.replace("_base.eval_code", "_base.run"));
        } catch (error) {
          tell(error.message.split(":").at(-1).trim());
        }
        """
    ) == ["read prepared-start.mjs"]
