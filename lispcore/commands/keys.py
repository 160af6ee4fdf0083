"""`lispcore keys`: keys of providers in the system's keyring. No key is ever shown."""

from __future__ import annotations

import os
import sys
from typing import Final

from lispcore.commands.reports import complain
from lispcore.hosts.system_keys import KeyringProblem, SystemKeys
from lispcore.llm.catalog import PROVIDERS, canonical_name

USAGE: Final = "keys expects set PROVIDER, remove PROVIDER or list"


def read_words(words: list[str]) -> tuple[str, str, str]:
    """Returns what is to be done and with which provider, or what is wrong with the words."""
    if words in ([], ["list"]):
        return "list", "", ""
    if len(words) != 2 or words[0] not in ("set", "remove"):
        return "", "", USAGE
    name = canonical_name(words[1].lower())
    known = sorted(each.name for each in PROVIDERS.values() if each.key_variables)
    if name not in known:
        return "", "", f"no provider with a key is called {words[1]}: there are {', '.join(known)}"
    return words[0], name, ""


def change_keys(what: str, provider: str) -> int:
    """Does it; returns the exit status."""
    keys = SystemKeys(os.environ)
    try:
        if what == "list":
            for name in keys.names():
                print(name)
            return 0
        if what == "remove":
            keys.remove(provider)
            print(f"the key of {provider} is no longer in the keyring")
            return 0
        key = _typed(provider)
        if not key:
            complain("no key was given: nothing has changed")
            return 2
        keys.put(provider, key)
    except KeyringProblem as problem:
        complain(str(problem))
        return 1
    print(f"the key of {provider} is in the system's keyring")
    return 0


def _typed(provider: str) -> str:
    """Returns the key that somebody types unseen, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    from getpass import getpass

    try:
        return getpass(f"Key of {provider} (it is not shown): ").strip()
    except EOFError:
        return ""
