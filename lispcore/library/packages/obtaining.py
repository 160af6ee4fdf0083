"""How a program comes to the code at an address: pinned, kept, allowed, fetched, in this order.

Content is known by its SHA-256, which stands in the program or in the lock file. What is kept here
with that hash is taken without a question, since it was allowed when it came; so a second run needs
no network. What is pinned by the lock file may be fetched again. For everything else somebody must
say yes: the visitor of the page, who sits at the terminal, or ``--allow-import``.
"""

from __future__ import annotations

from typing import NamedTuple

from lispcore.library.packages.addresses import LINK, carries_program, gist_of
from lispcore.library.packages.fetching import fetch
from lispcore.library.packages.kept import find_kept, hash_of, keep
from lispcore.library.packages.lock_file import NAME, Pinned, path_of, read_lock, write_lock
from lispcore.tasks.context import host
from lispcore.values.errors import LispError


class Obtained(NamedTuple):
    """A module's text, the address that it is known by, and its hash."""

    text: str
    address: str
    sha256: str


def check_hash(address: str, wanted: str, found: str, *, is_locked: bool = False) -> None:
    """Raises `LispError` if content has another hash than it must have."""
    if wanted in ("", found):
        return
    there = "the lock file" if is_locked else "the program"
    renew = (
        f"lispcore install --update FILE, or delete its entry in {NAME}"
        if is_locked
        else f'write {{:sha256 "{found}"}}'
    )
    raise LispError(
        f"import: {address} has another content than {there} expects: "
        f"expected sha256 {wanted}, found {found}",
        kind="io",
        hint=f"look at what changed before you use it; if the new content is right: {renew}",
        url=address,
    )


def obtain(address: str, pin: str, folder: str, *, renews: bool = False) -> Obtained:
    """Returns the module at an address for the program in `folder`; `pin` is its hash, or empty.

    With `renews` nothing is known of it but what the program says.
    """
    known = None if renews else read_lock(folder).get(address)
    wanted = pin or (known.sha256 if known else "")
    kept = _find(address, wanted, known, folder)
    if kept is not None:
        _note(folder, address, Pinned(wanted, kept.address))
        return kept
    is_allowed = known is not None and known.sha256 == wanted
    if not is_allowed:
        _ask_leave(address)
    data, place = fetch(address, is_allowed=is_allowed)
    sha256 = hash_of(data)
    check_hash(address, wanted, sha256, is_locked=not pin)
    keep(sha256, data, folder)
    is_new = _note(folder, address, Pinned(sha256, place))
    if not pin and known is None:
        _tell(address, sha256, folder if is_new else None)
    return _obtained(data, place, sha256)


def open_link(path: str) -> tuple[str, dict[str, bytes]]:
    """Returns the name of the program that a link carries, and all files that it brings by name."""
    from lispcore.library.packages.links import LinkError, decode_link

    assert carries_program(path)
    try:
        shared = decode_link(path)
    except LinkError as problem:
        raise LispError(f"import: this link does not open: {problem}", kind="io") from None
    code = shared.code.encode("utf-8", "replace")
    name = f"{LINK}{hash_of(code)[:12]}"
    files = {f"{name}/{each}": data for each, data in shared.files.items()}
    return f"{name}/program.lisp", {**files, f"{name}/program.lisp": code}


def as_text(data: bytes) -> str:
    """Returns the text of a module, as files are read everywhere."""
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _obtained(data: bytes, place: str, sha256: str) -> Obtained:
    return Obtained(as_text(data), place, sha256)


def look_up(address: str, pin: str, folder: str) -> Obtained | None:
    """Returns a module that is pinned and kept; None for one that somebody would have to fetch."""
    known = read_lock(folder).get(address)
    return _find(address, pin or (known.sha256 if known else ""), known, folder)


def _find(address: str, wanted: str, known: Pinned | None, folder: str) -> Obtained | None:
    data = find_kept(wanted, folder) if wanted else None
    if data is None:
        return None
    place = known.place if known and known.sha256 == wanted else _usual_place(address)
    return _obtained(data, place, wanted)


def _usual_place(address: str) -> str:
    """Returns where relative imports start if nobody knows where the content came from."""
    gist = gist_of(address)
    return gist.address_of(gist.file or "program.lisp") if gist else address


def _note(folder: str, address: str, pinned: Pinned) -> bool:
    """Writes down what an address has; returns whether the lock file holds it."""
    lock = read_lock(folder)  # anew: other tasks may have written theirs while this one fetched
    if lock.get(address) == pinned:
        return True
    return write_lock(folder, {**lock, address: pinned})


def _ask_leave(address: str) -> None:
    asks = getattr(host(), "may_import", None)
    if asks is not None and asks(address):
        return
    raise LispError(
        f"import: nobody allowed this program to import {address}",
        kind="io",
        hint="run it at a terminal and agree; or pin it first, by lispcore install FILE; or run "
        "lispcore --allow-import FILE",
        url=address,
    )


def _tell(address: str, sha256: str, folder: str | None) -> None:
    where = f"is pinned in {path_of(folder)}" if folder is not None else "could not be pinned"
    host().write(
        f"imported {address}, which {where}\nto pin it in the program, too: "
        f'(import "{address}" {{:sha256 "{sha256}"}})\n',
        "err",
    )
