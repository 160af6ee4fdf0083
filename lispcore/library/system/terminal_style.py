"""Styled text for terminals (ANSI escape sequences), and what steers the terminal itself.

Styles are plain text transformations; the page's output pane shows them as real colours. Moving the
cursor and reading single keys need a real terminal: elsewhere they raise one clear error.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import integer_argument, map_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.tasks.context import host
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import FALSE, TRUE, Keyword, Map, Value, intern_keyword

WAITING = WaitKind.NEVER

ESCAPE: Final = "\x1b["
RESET: Final = "\x1b[0m"

STYLES: Final[dict[str, int]] = {
    "bold": 1,
    "dim": 2,
    "italic": 3,
    "underline": 4,
    "inverse": 7,
    "strikethrough": 9,
    "black": 30,
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "magenta": 35,
    "cyan": 36,
    "white": 37,
    "gray": 90,
}


def _enter_style(style: str, code: int) -> None:
    name = f"term/{style}"

    def styled(text: Value) -> Value:
        return f"{ESCAPE}{code}m{string_argument(name, text, 1)}{RESET}"

    kind = "style" if code < 10 else "colour"
    function(
        name,
        "text:string",
        "string",
        f"Returns the text in the {kind} {style}, followed by the code that ends it.",
        [(f'(term/strip (term/{style} "hi"))', '"hi"')],
    )(styled)


for _style, _code in STYLES.items():
    _enter_style(_style, _code)


@function(
    "term/style",
    "text:string & styles:keyword",
    "string",
    "Returns the text in several styles at once, such as `:bold :underline :red`.",
    [
        ('(term/strip (term/style "hi" :bold :red))', '"hi"'),
        ('(term/style "hi" :blink)', "error: unknown style keyword :blink"),
    ],
)
def style(text: Value, *styles: Value) -> Value:
    source = string_argument("term/style", text, 1)
    codes: list[str] = []
    for place, each in enumerate(styles, 2):
        if type(each) is not Keyword:
            raise wrong_type("term/style", "keyword", each, place)
        if each.name not in STYLES:
            raise LispError(
                f"term/style: unknown style keyword :{each.name}",
                hint="styles: " + " ".join(":" + name for name in STYLES),
            )
        codes.append(str(STYLES[each.name]))
    return f"{ESCAPE}{';'.join(codes)}m{source}{RESET}" if codes else source


@function(
    "term/rgb",
    "text:string red:int green:int blue:int",
    "string",
    "Returns the text in a colour given by three numbers from 0 to 255.",
    [('(term/strip (term/rgb "sky" 80 160 255))', '"sky"')],
)
def rgb(text: Value, red: Value, green: Value, blue: Value) -> Value:
    source = string_argument("term/rgb", text, 1)
    parts = [
        str(min(255, max(0, integer_argument("term/rgb", each, place))))
        for place, each in enumerate((red, green, blue), 2)
    ]
    return f"{ESCAPE}38;2;{';'.join(parts)}m{source}{RESET}"


@function(
    "term/strip",
    "text:string",
    "string",
    "Returns the text without any terminal control sequence.",
    [('(term/strip (term/bold "plain"))', '"plain"')],
)
def strip(text: Value) -> Value:
    from lispcore.library.texts.display_width import strip_ansi

    return strip_ansi(string_argument("term/strip", text, 1))


# --- steering the terminal -------------------------------------------------------------------


def require_terminal(name: str) -> None:
    """Raises the error for what needs a terminal, where there is none."""
    import sys

    if host().name != "terminal":
        raise LispError(
            f"{name}: a browser tab has no terminal to steer",
            hint="styled text works: (println (term/bold text))",
        )
    if not sys.stdout.isatty():
        raise LispError(f"{name}: the output is no terminal", hint="run the program in a terminal")


def _write(name: str, sequence: str) -> None:
    require_terminal(name)
    host().write(sequence)


# Name, escape sequence, what it does.
_SEQUENCES: Final[tuple[tuple[str, str, str], ...]] = (
    ("term/bell", "\a", "Sounds the bell."),
    ("term/clear", "\x1b[2J\x1b[H", "Clears the screen and moves the cursor to its top left."),
    ("term/clear-below", "\x1b[J", "Clears from the cursor to the end of the screen."),
    ("term/clear-line", "\x1b[2K\r", "Clears the line of the cursor."),
    ("term/cursor-home", "\x1b[H", "Moves the cursor to the top left."),
    ("term/hide-cursor", "\x1b[?25l", "Hides the cursor."),
    ("term/show-cursor", "\x1b[?25h", "Shows the cursor."),
    ("term/save-cursor", "\x1b7", "Notes the place of the cursor."),
    ("term/restore-cursor", "\x1b8", "Moves the cursor to the place that was noted."),
    ("term/enter-alt-screen", "\x1b[?1049h", "Changes to the alternate screen."),
    ("term/leave-alt-screen", "\x1b[?1049l", "Changes back from the alternate screen."),
    ("term/enable-mouse", "\x1b[?1000h\x1b[?1002h\x1b[?1006h", "Has mouse events reported."),
    ("term/disable-mouse", "\x1b[?1006l\x1b[?1002l\x1b[?1000l", "Ends the reports of the mouse."),
    ("term/enable-bracketed-paste", "\x1b[?2004h", "Has pasted text marked as such."),
    ("term/disable-bracketed-paste", "\x1b[?2004l", "Ends the marking of pasted text."),
    ("term/enable-focus-events", "\x1b[?1004h", "Has gain and loss of focus reported."),
    ("term/disable-focus-events", "\x1b[?1004l", "Ends the reports of focus."),
    ("term/disable-kitty-keys!", "\x1b[<u", "Ends the kitty keyboard protocol."),
    ("term/query-cursor-position", "\x1b[6n", "Asks the terminal where the cursor is."),
    ("term/query-primary-da", "\x1b[c", "Asks the terminal what it can do."),
    ("term/query-secondary-da", "\x1b[>c", "Asks the terminal for its version."),
    ("term/query-kitty-keys", "\x1b[?u", "Asks the terminal for its keyboard protocol."),
    ("term/flush", "", "Makes sure that all output is shown."),
)


def _enter_sequence(name: str, sequence: str, text: str) -> None:
    def send() -> None:
        _write(name, sequence)

    function(name, "", "nil", f"{text} Needs a terminal.")(send)


for _name, _sequence, _text in _SEQUENCES:
    _enter_sequence(_name, _sequence, _text)


@function(
    "term/enable-kitty-keys!",
    "[flags:int]",
    "nil",
    "Switches the kitty keyboard protocol on with these flags (17). Needs a terminal.",
)
def enable_kitty_keys(flags: Value = 17) -> None:
    number = integer_argument("term/enable-kitty-keys!", flags, 1)
    _write("term/enable-kitty-keys!", f"\x1b[>{number}u")


@function(
    "term/supports-kitty-keys?",
    "",
    "bool",
    "Tells whether the terminal is known to have the kitty keyboard protocol.",
    [("(term/supports-kitty-keys?)", "#f")],
)
def supports_kitty_keys() -> Value:
    if host().name != "terminal":
        return FALSE
    known = (host().environment("TERM") or "", host().environment("TERM_PROGRAM") or "")
    return TRUE if any(name in each for each in known for name in ("kitty", "ghostty")) else FALSE


@function(
    "term/move-to",
    "row:int column:int",
    "nil",
    "Moves the cursor; both count from 1. Needs a terminal.",
)
def move_to(row: Value, column: Value) -> None:
    place = [
        max(1, integer_argument("term/move-to", each, n)) for n, each in ((1, row), (2, column))
    ]
    _write("term/move-to", f"\x1b[{place[0]};{place[1]}H")


@function(
    "term/write-at",
    "row:int column:int text:string",
    "nil",
    "Writes a text at a place of the screen. Needs a terminal.",
)
def write_at(row: Value, column: Value, text: Value) -> None:
    move_to(row, column)
    host().write(string_argument("term/write-at", text, 3))


@function(
    "term/set-title",
    "title:string",
    "nil",
    "Sets the title of the terminal's window.",
)
def set_title(title: Value) -> None:
    clean = "".join(c for c in string_argument("term/set-title", title, 1) if c.isprintable())
    _write("term/set-title", f"\x1b]0;{clean}\x07")


# --- spinners --------------------------------------------------------------------------------

_spinners: dict[int, str] = {}


def _spinner_argument(name: str, spinner: Value) -> Value:
    number = integer_argument(name, spinner, 1)
    if number not in _spinners:
        raise LispError(f"{name}: no spinner {number} is running")
    return number


@function(
    "term/spinner-start",
    "text:string",
    "int",
    "Shows a text as being worked on and returns a number for `term/spinner-update` and "
    "`term/spinner-stop`.",
    [('(number? (term/spinner-start "thinking"))', "#t")],
)
def spinner_start(text: Value) -> Value:
    number = max(_spinners, default=0) + 1
    _spinners[number] = string_argument("term/spinner-start", text, 1)
    host().write(f"⠋ {_spinners[number]}\n", "err")
    return number


@function(
    "term/spinner-update",
    "spinner:int text:string",
    "nil",
    "Shows another text for a spinner.",
)
def spinner_update(spinner: Value, text: Value) -> None:
    number = _spinner_argument("term/spinner-update", spinner)
    _spinners[number] = string_argument("term/spinner-update", text, 2)
    host().write(f"⠙ {_spinners[number]}\n", "err")


@function(
    "term/spinner-stop",
    "spinner:int [options:map]",
    "nil",
    "Ends a spinner; with `:symbol` and `:text` it leaves a last line.",
    [('(term/spinner-stop (term/spinner-start "x") {:symbol "✔" :text "done"})', "nil")],
)
def spinner_stop(spinner: Value, options: Value = None) -> None:
    number = _spinner_argument("term/spinner-stop", spinner)
    table = Map({}) if options is None else map_argument("term/spinner-stop", options, 2)
    del _spinners[number]
    parts = [table.get(intern_keyword(each)) for each in ("symbol", "text")]
    line = " ".join([string_argument("term/spinner-stop", p) for p in parts if p is not None])
    if line:
        host().write(line + "\n", "err")
