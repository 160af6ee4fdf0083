"""Text and facts of PDF files.

The work is done by pypdf, a pure Python package that is loaded with the first call: on the terminal
it is installed with us, the page serves its wheel.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import check_length
from lispcore.library.files.files import checked_path, read_bytes
from lispcore.library.registry import function
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector, List, Map, Value, intern_keyword, list_from

MAX_PAGES: Final = 20_000  # a damaged file may claim any number
_FIELDS: Final = ("title", "author", "subject", "creator", "producer")


def _read(name: str, source: Value) -> tuple[Any, str]:
    """Returns the reader of a PDF, given as a path or as bytes, and what to call it in errors."""
    if type(source) is Bytevector:
        data, shown = bytes(source), "(bytevector)"
    else:
        shown = checked_path(name, source)
        data = read_bytes(name, shown)
    if b"%PDF-" not in data[:1024]:
        raise LispError(
            f"{name} {shown}: not a PDF file",
            kind="io",
            hint="a PDF begins with %PDF-; (file/read path) reads a text",
        )
    problem = context.host().install("pypdf")
    if problem:
        raise LispError(f"{name}: {problem}", kind="unsupported", hint="PDF needs that package")
    import io
    import logging

    from pypdf import PdfReader

    # What a sloppy file lacks is said in errors of ours or does not matter.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with _problems_of(name, shown):
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            _unlock(name, shown, reader)
        pages = len(reader.pages)
    if pages > MAX_PAGES:
        raise LispError(f"{name} {shown}: {pages} pages, the limit is {MAX_PAGES}", kind="io")
    return reader, shown


def _unlock(name: str, shown: str, reader: Any) -> None:
    """Opens a PDF that needs no password for reading; the others cannot be read."""
    if not reader.decrypt(""):
        raise LispError(
            f"{name} {shown}: the PDF needs a password",
            kind="io",
            hint="save a copy without a password in a PDF program",
            path=shown,
        )


class _problems_of:
    """Turns whatever a damaged file makes pypdf raise into an error of the language."""

    def __init__(self, name: str, shown: str) -> None:
        self._name = name
        self._shown = shown

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, LispError):
            return
        said = str(error).strip().partition("\n")[0][:200] or type(error).__name__
        # A DependencyError asks for a package of encryption that is not of pure Python.
        if isinstance(error, NotImplementedError) or type(error).__name__ == "DependencyError":
            raise LispError(
                f"{self._name} {self._shown}: the PDF is encrypted in a way that cannot be read",
                kind="io",
                hint="save a copy without protection in a PDF program",
                path=self._shown,
            ) from None
        raise LispError(
            f"{self._name} {self._shown}: the PDF is damaged ({said})",
            kind="io",
            hint="open it in a PDF program and save it anew",
            path=self._shown,
        ) from None


def _page_texts(name: str, source: Value) -> list[str]:
    reader, shown = _read(name, source)
    texts: list[str] = []
    size = 0
    host = context.host()
    with _problems_of(name, shown):
        for page in reader.pages:
            host.check()
            # Half a surrogate pair, which a wrong character map can give, is no text.
            text = page.extract_text().rstrip("\n")
            text = text.encode("utf-8", "replace").decode("utf-8")
            size += len(text)
            check_length(name, size)
            texts.append(text)
    return texts


# A whole PDF of one empty page, for the examples.
_EMPTY: Final = (
    r'(file/write "e.pdf" "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n'
    r"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    r"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    r'trailer<</Root 1 0 R/Info<</Title(Blank)>>>>\nstartxref\n0\n%%EOF\n")'
)


@function(
    "pdf/extract-text",
    "path:string",
    "string",
    "Returns the text of a PDF file, page after page, with a line break between them. In place of "
    "the path, a bytevector with the file's contents will do. Scanned pages hold no text.",
    [
        (f'(begin {_EMPTY} (pdf/extract-text "e.pdf"))', '""'),
        ('(pdf/extract-text "missing.pdf")', "error: no such file"),
        ('(begin (file/write "n.txt" "hi") (pdf/extract-text "n.txt"))', "error: not a PDF"),
    ],
)
def extract_text(path: Value) -> Value:
    return "\n".join(_page_texts("pdf/extract-text", path))


@function(
    "pdf/extract-text-pages",
    "path:string",
    "list",
    "Returns the text of each page of a PDF file.",
    [(f'(begin {_EMPTY} (pdf/extract-text-pages "e.pdf"))', '("")')],
)
def extract_text_pages(path: Value) -> List:
    return list_from(_page_texts("pdf/extract-text-pages", path))


@function(
    "pdf/page-count",
    "path:string",
    "int",
    "Returns the number of pages of a PDF file.",
    [(f'(begin {_EMPTY} (pdf/page-count "e.pdf"))', "1")],
)
def page_count(path: Value) -> int:
    reader, _ = _read("pdf/page-count", path)
    return len(reader.pages)


@function(
    "pdf/metadata",
    "path:string",
    "map",
    "Returns what a PDF file says of itself: `:pages`, and `:title`, `:author`, `:subject`, "
    "`:creator`, `:producer` as far as they are there.",
    [(f'(begin {_EMPTY} (pdf/metadata "e.pdf"))', '{:pages 1 :title "Blank"}')],
)
def metadata(path: Value) -> Map:
    reader, shown = _read("pdf/metadata", path)
    table: dict[Value, Value] = {intern_keyword("pages"): len(reader.pages)}
    with _problems_of("pdf/metadata", shown):
        facts = reader.metadata
        for field in _FIELDS if facts is not None else ():
            value = getattr(facts, field)
            if isinstance(value, str) and value.strip():
                text = str(value).encode("utf-8", "replace").decode("utf-8")
                table[intern_keyword(field)] = text
    return Map(table)
