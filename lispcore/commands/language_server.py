"""`lispcore lsp`: a language server on standard input and output, for editors that speak LSP.

What it answers comes from `lispcore/services/`, like what the page and `lispcore check` say. The
protocol itself is the affair of pygls, which is optional: ``pip install lispcore[lsp]``.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlparse

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from lispcore.library.language.help import describe_entry, entry_of
from lispcore.services.diagnosing import Diagnostic, diagnose
from lispcore.services.formatting import format_text
from lispcore.services.helping import completions, hover, signature
from lispcore.services.naming import Mention, Names
from lispcore.services.outline import outline
from lispcore.values.errors import LispError
from lispcore.values.version import VERSION

_COMPLETIONS = {
    "option": lsp.CompletionItemKind.Property,
    "local": lsp.CompletionItemKind.Variable,
    "function": lsp.CompletionItemKind.Function,
    "library": lsp.CompletionItemKind.Function,
    "macro": lsp.CompletionItemKind.Keyword,
}
_SYMBOLS = {
    "function": lsp.SymbolKind.Function,
    "macro": lsp.SymbolKind.Operator,
    "record type": lsp.SymbolKind.Struct,
    "test": lsp.SymbolKind.Event,
}
_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
}

server = LanguageServer("lispcore", VERSION)


class Text:
    """A document as the services see it: one text, whose characters they count."""

    def __init__(self, uri: str) -> None:
        self.document = server.workspace.get_text_document(uri)
        self.text = self.document.source.replace("\r\n", "\n")
        self.directory = os.path.dirname(unquote(urlparse(uri).path))
        self._starts = [0]
        for line in self.text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def position(self, offset: int) -> lsp.Position:
        """Returns a place of the text in the protocol's counting."""
        line = self.text.count("\n", 0, offset)
        return self._position(line, offset - self._starts[line])

    def _position(self, line: int, column: int) -> lsp.Position:
        lines = self.text.split("\n")
        before = lines[line][:column] if line < len(lines) else ""
        return lsp.Position(line, server.workspace.position_codec.client_num_units(before))

    def offset(self, position: lsp.Position) -> int:
        """Returns the offset of a place that the editor names."""
        lines = [line + "\n" for line in self.text.split("\n")]
        found = server.workspace.position_codec.position_from_client_units(lines, position)
        return min(self._starts[min(found.line, len(lines) - 1)] + found.character, len(self.text))

    def range(self, start: int, end: int) -> lsp.Range:
        """Returns a stretch of the text."""
        return lsp.Range(self.position(start), self.position(end))

    def of(self, found: Diagnostic) -> lsp.Diagnostic:
        """Returns a mistake in the form of the protocol."""
        message = found.message if found.hint is None else f"{found.message}\n{found.hint}"
        begin = self._position(found.line - 1, found.column - 1)
        end = self._position(found.end_line - 1, found.end_column - 1)
        severity = _SEVERITIES[found.severity]
        return lsp.Diagnostic(lsp.Range(begin, end), message, severity, source="lispcore")

    def places(self, uri: str, mentions: list[Mention]) -> list[lsp.Location]:
        """Returns mentions of a name as places of the protocol."""
        return [lsp.Location(uri, self.range(each.start, each.end)) for each in mentions]


def _publish(uri: str) -> None:
    text = Text(uri)
    found = [text.of(each) for each in diagnose(text.text, "<check>", text.directory)]
    server.text_document_publish_diagnostics(
        lsp.PublishDiagnosticsParams(uri, found, text.document.version)
    )


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
    """A text is open: its mistakes are told."""
    _publish(params.text_document.uri)


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
    """A text has changed."""
    _publish(params.text_document.uri)


@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
    """Of a text that is closed nothing is told any more."""
    server.text_document_publish_diagnostics(
        lsp.PublishDiagnosticsParams(params.text_document.uri, [])
    )


@server.feature(
    lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(["(", ":"], resolve_provider=True)
)
def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
    """What the word at the cursor may become, the nearest first."""
    text = Text(params.text_document.uri)
    offset = text.offset(params.position)
    items = [
        lsp.CompletionItem(
            each["label"],
            kind=_COMPLETIONS.get(each["kind"], lsp.CompletionItemKind.Constant),
            detail=each["detail"] or each["kind"],
            sort_text=f"{at:04}",
            text_edit=_edit(text, offset, each["label"]),
        )
        for at, each in enumerate(completions(text.text, offset))
    ]
    return lsp.CompletionList(is_incomplete=True, items=items)


def _edit(text: Text, offset: int, label: str) -> lsp.TextEdit:
    """Returns what puts a completion in the place of the word before the cursor."""
    start = offset
    while start > 0 and text.text[start - 1] not in " \t\n\r()[]{}\"';`,@":
        start -= 1
    return lsp.TextEdit(text.range(start, offset), label)


@server.feature(lsp.COMPLETION_ITEM_RESOLVE)
def resolve(item: lsp.CompletionItem) -> lsp.CompletionItem:
    """Adds the documentation of the completion that is looked at."""
    entry = entry_of(item.label)
    if entry is not None and item.documentation is None:
        item.documentation = _markdown(describe_entry(item.label, entry))
    return item


def _markdown(code: str, text: str = "") -> lsp.MarkupContent:
    return lsp.MarkupContent(
        lsp.MarkupKind.Markdown, f"```\n{code.rstrip()}\n```\n\n{text}".strip()
    )


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def show_hover(params: lsp.HoverParams) -> lsp.Hover | None:
    """What the name under the pointer means."""
    text = Text(params.text_document.uri)
    found = hover(text.text, text.offset(params.position))
    if found is None:
        return None
    said = f"{found['signature']}\n{found['text']}".strip()
    return lsp.Hover(_markdown(said, found["kind"]), text.range(found["start"], found["end"]))


@server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(["(", " "], [")"]))
def show_signature(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
    """How the function at hand is called."""
    text = Text(params.text_document.uri)
    found = signature(text.text, text.offset(params.position))
    if found is None:
        return None
    options = " ".join(f":{each}" for each in found["options"] or ())
    parameters = [lsp.ParameterInformation((begin, end)) for begin, end in found["parameters"]]
    active = found["active"] if found["active"] >= 0 else len(parameters)
    said = lsp.SignatureInformation(found["label"], found["text"] or options, parameters, active)
    return lsp.SignatureHelp([said], 0, active)


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
def go_to_definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
    """Where the name at the cursor is defined."""
    text = Text(params.text_document.uri)
    names = Names(text.text, text.directory)
    return text.places(params.text_document.uri, names.definition(text.offset(params.position)))


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
def find_references(params: lsp.ReferenceParams) -> list[lsp.Location]:
    """All mentions of what the name at the cursor means."""
    text = Text(params.text_document.uri)
    mentions = Names(text.text, text.directory).mentions(text.offset(params.position))
    wanted = [each for each in mentions if params.context.include_declaration or not each[2]]
    return text.places(params.text_document.uri, wanted)


@server.feature(lsp.TEXT_DOCUMENT_RENAME)
def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    """Gives a name another one wherever it means the same."""
    uri = params.text_document.uri
    text = Text(uri)
    try:
        mentions = Names(text.text, text.directory).rename(
            text.offset(params.position), params.new_name
        )
    except LispError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise JsonRpcInvalidParams(f"{error.message}{hint}") from None
    edits = [lsp.TextEdit(text.range(each.start, each.end), params.new_name) for each in mentions]
    return lsp.WorkspaceEdit({uri: edits})


@server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
def format_document(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
    """Lays a program out; one that cannot be read stays as it is."""
    text = Text(params.text_document.uri)
    try:
        result = format_text(text.text)
    except LispError:
        return []
    if result == text.text:
        return []
    return [lsp.TextEdit(text.range(0, len(text.text)), result)]


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def list_symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    """What a program defines."""
    text = Text(params.text_document.uri)
    return [
        lsp.DocumentSymbol(
            each.name,
            _SYMBOLS.get(each.kind, lsp.SymbolKind.Variable),
            text.range(each.start, each.end),
            text.range(each.name_start, each.name_start + len(each.name)),
            detail=each.parameters or "",
        )
        for each in outline(text.text)
    ]


def serve() -> Any:
    """Answers until the editor ends the session."""
    server.start_io()
