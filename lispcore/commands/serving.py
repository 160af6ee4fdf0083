"""`lispcore serve`: the built page, from the wheel or from a checkout, without Node.js."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from lispcore.commands.page_server import ADDRESS, PageServer, PortInUse, Site, open_server
from lispcore.commands.programs import read_program
from lispcore.commands.reports import complain
from lispcore.commands.sharing import link_to

_PACKAGE = Path(__file__).resolve().parent.parent
# In a wheel the page is a folder of the package; in a checkout it is where build.py writes it.
PLACES = (_PACKAGE / "page", _PACKAGE.parent / "dist")
MISSING = (
    "the page is not in this installation: take the wheel that `python3 build.py wheel` makes, "
    "or run `python3 build.py build` in a checkout"
)
_WITH_VALUE = ("--port", "--host", "--prefix")


def find_page() -> Path | None:
    """Returns the folder of the built page, None if there is none."""
    return next((place for place in PLACES if (place / "index.html").is_file()), None)


def read_words(words: list[str]) -> tuple[dict[str, str], str]:
    """Returns the options and, under ``file``, the program to show; or what is wrong."""
    given: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        name, mark, value = word.partition("=")
        if word == "--no-open":
            given[word] = "yes"
        elif name in _WITH_VALUE:
            if not mark and not waiting:
                return {}, f"{name} needs a value"
            given[name] = value if mark else waiting.pop(0)
        elif word.startswith("-") or "file" in given:
            return {}, f"serve does not understand {word}"
        else:
            given["file"] = word
    port = given.get("--port", "0")
    if not port.isdecimal() or int(port) > 65535:
        return {}, f"--port expects a number up to 65535, got {port}"
    prefix = given.get("--prefix", "/")
    if not (prefix.startswith("/") and prefix.endswith("/")):
        return {}, f"--prefix expects a path like /play/, got {prefix}"
    return given, ""


def serve(given: dict[str, str]) -> int:
    """Serves the page until Ctrl-C."""
    folder = find_page()
    if folder is None:
        complain(MISSING)
        return 1
    code = ""
    if "file" in given:
        piece = read_program(given["file"])
        if piece is None:
            return 2
        code = piece.text
    try:
        port = int(given["--port"]) if "--port" in given else None
        site = Site(folder, given.get("--prefix", "/"))
        server = open_server(site, port, given.get("--host", ADDRESS))
    except PortInUse as problem:
        complain(str(problem))
        return 1
    except OSError as error:
        complain(f"this address cannot be served: {error.strerror or error}")
        return 1
    return _serve_on(server, code, "--no-open" not in given)


def _serve_on(server: PageServer, code: str, opens: bool) -> int:
    # Asked to end by another program, it ends as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    address = link_to(code, server.url) if code else server.url
    print(f"Serving {address}", flush=True)
    print("Press Ctrl-C to stop.", flush=True)
    if opens and not open_browser(address):
        print("No browser could be opened here: open that address yourself.", flush=True)
    try:
        with server:
            server.serve_forever()
    except KeyboardInterrupt:
        pass
    print("Stopped.")
    return 0


def open_browser(url: str) -> bool:
    """Opens a graphical browser; a text browser would take the terminal over."""
    import webbrowser

    graphical = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, graphical)):
        return False
    return webbrowser.open(url)
