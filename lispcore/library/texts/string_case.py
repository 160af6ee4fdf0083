"""Letter case, the case styles of identifiers, and Unicode's normal forms."""

from __future__ import annotations

from lispcore.library.arguments import name_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.texts.strings import WHITE_SPACE
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, List, Value, list_from

WAITING = WaitKind.NEVER

_WORD_SEPARATORS = frozenset(" _-.")


@function(
    "string/upper",
    "text:string",
    "string",
    "Returns the text in capitals. Some letters become two, so the result may be longer.",
    [('(string/upper "weiß")', '"WEISS"')],
    aliases=("string-upcase",),
)
def upper(text: Value) -> Value:
    if type(text) is not str:
        string_argument("string/upper", text, 1)
    return text.upper()


@function(
    "string/lower",
    "text:string",
    "string",
    "Returns the text in small letters. Compare with `string-ci=?` rather than by lowering.",
    [('(string/lower "ÀB")', '"àb"')],
    aliases=("string-downcase",),
)
def lower(text: Value) -> Value:
    if type(text) is not str:
        string_argument("string/lower", text, 1)
    return text.lower()


@function(
    "string/foldcase",
    "text:string",
    "string",
    "Returns the form of the text in which letters that differ in case alone are the same.",
    [('(string/foldcase "GROSS groß")', '"gross gross"')],
)
def foldcase(text: Value) -> Value:
    return string_argument("string/foldcase", text, 1).casefold()


@function(
    "string-ci=?",
    "a:string b:string",
    "bool",
    "Tells whether two texts are the same but for letter case.",
    [('(string-ci=? "Straße" "STRASSE")', "#t"), ('(string-ci=? "a" "b")', "#f")],
)
def equal_ignoring_case(a: Value, b: Value) -> Value:
    left = string_argument("string-ci=?", a, 1).casefold()
    return TRUE if left == string_argument("string-ci=?", b, 2).casefold() else FALSE


def capitalized(text: str) -> str:
    """Returns the text with its first character in capitals and the rest in small letters."""
    return text[:1].upper() + text[1:].lower()


@function(
    "string/capitalize",
    "text:string",
    "string",
    "Returns the text with a capital first and small letters after it.",
    [('(string/capitalize "mONDAY")', '"Monday"')],
)
def capitalize(text: Value) -> Value:
    return capitalized(string_argument("string/capitalize", text, 1))


@function(
    "string/title-case",
    "text:string",
    "string",
    "Capitalizes each word between white space and joins the words by one space.",
    [('(string/title-case "the WIND  rises")', '"The Wind Rises"')],
)
def title_case(text: Value) -> Value:
    words = split_white_space(string_argument("string/title-case", text, 1))
    return " ".join(map(capitalized, words))


def split_white_space(text: str) -> list[str]:
    """Returns the words of a text between Unicode white space."""
    if "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text:
        # Python's split() cuts at these four too.
        for each in WHITE_SPACE:
            text = text.replace(each, " ")
        return [word for word in text.split(" ") if word]
    return text.split()


def identifier_words(text: str) -> list[str]:
    """Returns the words of an identifier: cut at space ``_ - .`` and where the case changes.

    The case changes before a capital that follows no capital, and before the last of several
    capitals if a small letter follows it: ``parseHTTPHeader`` has three words.
    """
    words: list[str] = []
    start = 0
    for position, character in enumerate(text):
        if character in _WORD_SEPARATORS:
            if position > start:
                words.append(text[start:position])
            start = position + 1
        elif position > start and character.isupper():
            after_capital = text[position - 1].isupper()
            if not after_capital or text[position + 1 : position + 2].islower():
                words.append(text[start:position])
                start = position
    if start < len(text):
        words.append(text[start:])
    return words


@function(
    "string/words",
    "text:string",
    "list",
    "Cuts an identifier or a phrase into words: at space, `_`, `-` and `.`, and where a capital "
    "begins a new word. Other punctuation stays with its word.",
    [
        ('(string/words "parseHTTPHeader")', '("parse" "HTTP" "Header")'),
        ('(string/words "left_side top-most")', '("left" "side" "top" "most")'),
    ],
)
def words(text: Value) -> List:
    return list_from(identifier_words(string_argument("string/words", text, 1)))


@function(
    "string/snake-case",
    "text:string",
    "string",
    "Writes the words of an identifier in small letters with `_` between them.",
    [('(string/snake-case "maxRetryCount")', '"max_retry_count"')],
)
def snake_case(text: Value) -> Value:
    return "_".join(map(str.lower, identifier_words(string_argument("string/snake-case", text, 1))))


@function(
    "string/kebab-case",
    "text:string",
    "string",
    "Writes the words of an identifier in small letters with `-` between them.",
    [('(string/kebab-case "maxRetryCount")', '"max-retry-count"')],
)
def kebab_case(text: Value) -> Value:
    return "-".join(map(str.lower, identifier_words(string_argument("string/kebab-case", text, 1))))


@function(
    "string/camel-case",
    "text:string",
    "string",
    "Writes the words of an identifier together, each but the first with a capital.",
    [('(string/camel-case "max_retry_count")', '"maxRetryCount"')],
)
def camel_case(text: Value) -> Value:
    parts = identifier_words(string_argument("string/camel-case", text, 1))
    return "".join([*map(str.lower, parts[:1]), *map(capitalized, parts[1:])])


@function(
    "string/pascal-case",
    "text:string",
    "string",
    "Writes the words of an identifier together, each with a capital.",
    [('(string/pascal-case "max_retry_count")', '"MaxRetryCount"')],
)
def pascal_case(text: Value) -> Value:
    parts = identifier_words(string_argument("string/pascal-case", text, 1))
    return "".join(map(capitalized, parts))


@function(
    "string/headline",
    "text:string",
    "string",
    "Writes the words of an identifier with a capital each and spaces between them.",
    [('(string/headline "maxRetry_count")', '"Max Retry Count"')],
)
def headline(text: Value) -> Value:
    parts = identifier_words(string_argument("string/headline", text, 1))
    return " ".join(map(capitalized, parts))


@function(
    "string/normalize",
    "text:string form:keyword",
    "string",
    "Returns the text in a Unicode normal form: `:nfc` (composed), `:nfd` (decomposed), `:nfkc` or "
    "`:nfkd` (also without compatibility characters such as ligatures). A string names it as well.",
    [
        ('(string/length (string/normalize "é" :nfd))', "2"),
        ('(string/normalize "ﬁn" "NFKC")', '"fin"'),
    ],
)
def normalize(text: Value, form: Value) -> Value:
    import unicodedata

    text = string_argument("string/normalize", text, 1)
    name = name_argument("string/normalize", form, 2).upper()
    if name not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise LispError(
            f'string/normalize: unknown form "{name.lower()}"',
            hint="use :nfc, :nfd, :nfkc or :nfkd",
        )
    if not text.isascii() and len(text) > MAX_MARKS:
        _check_marks(text)
    return unicodedata.normalize(name, text)


# Putting the marks of one letter in order takes time that grows with the square of their number.
MAX_MARKS = 10_000


def _check_marks(text: str) -> None:
    import unicodedata

    marks = 0
    for character in text:
        marks = marks + 1 if character > "\u02ff" and unicodedata.combining(character) else 0
        if marks > MAX_MARKS:
            raise LispError(
                f"string/normalize: more than {MAX_MARKS} combining marks on one letter",
                hint="no written language has more than a few",
            )
