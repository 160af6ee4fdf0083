"""Addresses of modules: which texts are one, what they mean, and where relative imports lead.

A module is a file at an ``https://`` address, a file of a gist, or the program that a link of the
page carries. Addresses of pages that show a file (GitHub, GitLab, Codeberg) become that of the
file. Each has one spelling, which is the module's name in errors and in the lock file:

    https://raw.githubusercontent.com/ada/shapes/v1/area.lisp
    https://gist.github.com/0123456789abcdef0123/area.lisp
    link:3f2a90c41b7d/program.lisp
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lispcore.values.errors import LispError

LINK: Final = "link:"
_WEB: Final = re.compile(r"https?://|gist:|link:", re.IGNORECASE)
_CARRIES_PROGRAM: Final = re.compile(r"(?:https?://[^#\s]*)?#v\d+=", re.IGNORECASE)
# Pages that show a file, and where the file itself lies.
_PAGES: Final = (
    (
        re.compile(r"https://github\.com/([^/]+/[^/]+)/(?:blob|raw)/([^?#]+).*"),
        r"https://raw.githubusercontent.com/\1/\2",
    ),
    (re.compile(r"(https://[^/]+/[^?#]+)/-/blob/([^?#]+).*"), r"\1/-/raw/\2"),
    (
        re.compile(r"(https://codeberg\.org/[^/]+/[^/]+)/src/((?:branch|tag|commit)/[^?#]+).*"),
        r"\1/raw/\2",
    ),
)
_GIST: Final = re.compile(
    r"(?:gist:|https://gist\.github\.com/(?:(?![0-9a-f]{20,40}/)[\w.-]+/)?)(?P<id>[0-9a-f]{20,40})"
    r"(?:/raw)?(?:/(?P<version>[0-9a-f]{40}))?(?:/(?P<file>[^/?#]+))?/?"
    r"(?:#file-(?P<slug>[^?]+))?(?:[?#].*)?\Z",
    re.IGNORECASE,
)
_HERE: Final = re.compile(r"localhost|127\.0\.0\.1|::1|.*\.localhost")


class Gist(NamedTuple):
    """A file of a gist; `file` is its name or what GitHub makes of that in addresses, or empty."""

    id: str
    version: str
    file: str

    @property
    def listing(self) -> str:
        """The address that tells the files of the gist."""
        version = f"/{self.version}" if self.version else ""
        return f"https://api.github.com/gists/{self.id}{version}"

    def address_of(self, file: str) -> str:
        """Returns the module's address, with the name of a file."""
        parts = ("https://gist.github.com", self.id, self.version, file)
        return "/".join(part for part in parts if part)


def is_address(path: str) -> bool:
    """Tells whether an import names something that is no file of this machine."""
    return _WEB.match(path) is not None or _CARRIES_PROGRAM.match(path) is not None


def carries_program(path: str) -> bool:
    """Tells whether an address is a link of the page, which has a program in itself."""
    return _CARRIES_PROGRAM.match(path) is not None


def gist_of(address: str) -> Gist | None:
    """Returns the file of a gist that an address means, None if it means something else."""
    found = _GIST.match(address)
    if found is None:
        return None
    file = found["file"] or ("" if found["slug"] is None else f"file-{found['slug']}")
    from urllib.parse import unquote

    return Gist(found["id"].lower(), (found["version"] or "").lower(), unquote(file))


def read_address(text: str) -> str:
    """Returns the one spelling of an address; raises `LispError` for what nothing comes from."""
    from urllib.parse import urlsplit

    given = text.strip()
    if given.startswith(LINK):
        return given
    gist = gist_of(given)
    if gist is not None:
        return gist.address_of(gist.file)
    for page, file in _PAGES:
        given = page.sub(file, given)
    try:
        place = urlsplit(given)
        host, port = place.hostname or "", place.port
    except ValueError:
        raise _refused(text, "this is no address") from None
    if not host or any(each <= " " or each == "\x7f" for each in given):
        raise _refused(text, "this is no address")
    if place.username is not None or place.password is not None:
        raise _refused(text, "the address holds a name or a password", "leave them out")
    scheme = place.scheme.lower()
    if scheme not in ("https", "http"):
        raise _refused(text, "code comes from https:// addresses only, or from this machine")
    if scheme == "http" and not _HERE.fullmatch(host):
        raise _refused(
            text,
            "code comes from https:// addresses only, or from this machine",
            "without encryption anybody on the way can change what arrives",
        )
    site = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}[scheme]
    at = "" if port in (None, usual) else f":{port}"
    query = f"?{place.query}" if place.query else ""
    return f"{scheme}://{site}{at}{place.path or '/'}{query}"


def resolve(directory: str, path: str) -> str:
    """Returns the address that a path means in a module whose relative paths start at `directory`.

    Either of the two must be an address.
    """
    if is_address(path):
        return read_address(path)
    if directory.startswith(LINK):
        return _inside_link(directory, path)
    from urllib.parse import quote, urljoin

    return read_address(urljoin(f"{directory}/", quote(path, safe="/%?&=+,;:@!$'()*~")))


def _inside_link(directory: str, path: str) -> str:
    import posixpath

    link, _, folder = directory.partition("/")
    whole = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
    if whole.startswith(".."):
        raise _refused(path, "a program of a link imports what came along with it, nothing else")
    return f"{link}/{whole}"


def _refused(text: str, reason: str, hint: str | None = None) -> LispError:
    shown = text if len(text) <= 200 else f"{text[:200]} …"
    return LispError(f"import: {reason}: {shown}", kind="io", hint=hint)
