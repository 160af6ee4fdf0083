"""Keys in the system's keyring: used where they are, never shown, never looked for otherwise."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lispcore.__main__ import main
from lispcore.commands.keys import read_words
from lispcore.hosts.system_keys import KeyringProblem, SystemKeys
from lispcore.hosts.terminal import TerminalHost

SECRET = "sk-secret-0123456789"


class FakeKeyring(SimpleNamespace):
    """The package, with a keyring in memory; `broken` is what it says instead."""

    def __init__(self) -> None:
        super().__init__(kept={}, broken=None, asked=0)

    def get_password(self, service: str, name: str) -> Any:
        self.asked += 1
        self._check()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self._check()
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        self._check()
        del self.kept[service, name]

    def _check(self) -> None:
        if self.broken is not None:
            raise RuntimeError(self.broken)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeKeyring:
    made = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", made)
    monkeypatch.setenv("SEMA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return made


def said(capsys: Any, monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> Any:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    status = main(["keys", *words])
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err
    return status, captured.out + captured.err


def test_a_key_is_put_used_listed_and_removed(
    keyring: FakeKeyring, capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    host = TerminalHost({"SEMA_HOME": str(tmp_path / "home")})
    assert "openai" not in host.model_settings()["providers"]
    assert keyring.asked == 0
    assert said(capsys, monkeypatch, "set", "openai", typed=f"{SECRET}\n")[0] == 0
    assert said(capsys, monkeypatch, "list") == (0, "openai\n")
    settings = TerminalHost({"SEMA_HOME": str(tmp_path / "home")}).model_settings()
    assert settings["providers"]["openai"]["has_key"]
    assert settings["default"] == "openai"
    assert SECRET not in str(settings)
    kept = [each.read_text() for each in (tmp_path / "home").iterdir()]
    assert kept == ["openai\n"]
    assert said(capsys, monkeypatch, "remove", "openai")[0] == 0
    assert keyring.kept == {}
    assert said(capsys, monkeypatch) == (0, "")


def test_a_server_that_repeats_the_key_does_not_hand_it_over(
    keyring: FakeKeyring, tmp_path: Path
) -> None:
    variables = {"HOME": str(tmp_path)}
    SystemKeys(variables).put("openai", SECRET)
    assert (tmp_path / ".sema" / "keys-in-keyring").exists()
    assert TerminalHost(variables).requests._keys() == [SECRET]


def test_the_environment_goes_first(keyring: FakeKeyring, tmp_path: Path) -> None:
    SystemKeys({"HOME": str(tmp_path)}).put("openai", SECRET)
    host = TerminalHost({"HOME": str(tmp_path), "OPENAI_API_KEY": "another"})
    provider = host.requests
    assert set(provider._keys()) == {"another", SECRET}
    assert host.model_settings()["providers"]["openai"]["has_key"]


def test_a_keyring_that_is_closed_is_no_key_and_said_when_it_is_to_change(
    keyring: FakeKeyring, capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    SystemKeys({"HOME": str(tmp_path)}).put("openai", SECRET)
    keyring.broken = "it is locked\nmore"
    assert SystemKeys({"HOME": str(tmp_path)}).get("openai") == ""
    status, text = said(capsys, monkeypatch, "set", "openai", typed=SECRET)
    assert (status, text) == (1, "lispcore: the system's keyring refuses: it is locked\n")


def test_what_is_wrong_is_said(
    keyring: FakeKeyring, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, monkeypatch, "set", "openai")[0] == 2
    assert said(capsys, monkeypatch, "show", "openai")[0] == 2
    assert "no provider with a key" in said(capsys, monkeypatch, "set", "nobody")[1]
    assert read_words(["set", "OpenAI"]) == ("set", "openai", "")
    monkeypatch.setitem(sys.modules, "keyring", None)
    status, text = said(capsys, monkeypatch, "set", "openai", typed=SECRET)
    assert status == 1
    assert "lispcore[keyring]" in text


def test_without_a_folder_there_are_no_keys(keyring: FakeKeyring) -> None:
    assert SystemKeys({}).names() == []
    with pytest.raises(KeyringProblem, match="HOME"):
        SystemKeys({}).put("openai", SECRET)
    assert keyring.asked == 0
