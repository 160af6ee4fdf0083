"""Keys of providers in the system's keyring, for those who have put them there.

keyring is optional, ``pip install lispcore[keyring]``. A file in the user's folder holds the names
of the providers whose keys are in the keyring, and nothing else: without it the package is not even
loaded. A variable of the environment goes before the keyring.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

SERVICE: Final = "lispcore"
_FILE: Final = "keys-in-keyring"


class KeyringProblem(Exception):
    """Says in plain words why the keyring cannot be used."""


class SystemKeys:
    """The keys of one user. `variables` is the environment: it names the folder."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        home = variables.get("SEMA_HOME")
        if not home and variables.get("HOME"):
            home = os.path.join(variables["HOME"], ".sema")
        self._path = os.path.join(home, _FILE) if home else ""
        self._read: dict[str, str] = {}

    def names(self) -> list[str]:
        """Returns the providers whose keys are in the keyring."""
        if not self._path:
            return []
        try:
            with open(self._path, encoding="utf-8") as file:
                return sorted({line.strip() for line in file if line.strip()})
        except (OSError, UnicodeDecodeError):
            return []

    def get(self, provider: str) -> str:
        """Returns the key of a provider; "" if there is none, or the keyring is not open."""
        if provider not in self._read:
            try:
                found = _keyring().get_password(SERVICE, provider)
            except Exception:  # whatever the system's service says: then there is no key
                found = None
            self._read[provider] = found or ""
        return self._read[provider]

    def put(self, provider: str, key: str) -> None:
        """Keeps a key in the keyring; raises `KeyringProblem`."""
        self._change("set_password", provider, key)
        self._write({*self.names(), provider})

    def remove(self, provider: str) -> None:
        """Takes a key out of the keyring; raises `KeyringProblem`."""
        if provider in self.names():
            self._change("delete_password", provider)
            self._write({*self.names()} - {provider})

    def _change(self, what: str, *words: str) -> None:
        if not self._path:
            raise KeyringProblem("no folder for the names of keys is known: set HOME or SEMA_HOME")
        service = _keyring()
        try:
            getattr(service, what)(SERVICE, *words)
        except Exception as problem:
            said = str(problem).partition("\n")[0] or type(problem).__name__
            raise KeyringProblem(f"the system's keyring refuses: {said}") from None
        self._read.clear()

    def _write(self, names: set[str]) -> None:
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "w", encoding="utf-8") as file:
                file.writelines(f"{name}\n" for name in sorted(names))
        except OSError as error:
            raise KeyringProblem(f"{self._path} cannot be written: {error.strerror}") from None


def _keyring() -> Any:
    try:
        import keyring
    except ImportError:
        raise KeyringProblem("this needs a package: pip install 'lispcore[keyring]'") from None
    return keyring
