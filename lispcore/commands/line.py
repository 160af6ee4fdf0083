"""The words of the command line, and what they ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from lispcore.commands.programs import Options, Piece, read_program, run_pieces
from lispcore.commands.reports import complain, drop_output, reason_of
from lispcore.commands.usage_texts import USAGE, usage_of
from lispcore.hosts.terminal import NOBODY_READS


class WrongCommand(Exception):
    """The command line asks for something that there is not."""


class Unreadable(Exception):
    """A file cannot be read, which has been said."""


def run_command(words: list[str]) -> int:
    """Does what the words of a command line ask for; returns the exit status."""
    try:
        status = _do(words)
        if not sys.stdout.closed:  # a server of an editor closes its own
            sys.stdout.flush()
        return status
    except WrongCommand as wrong:
        complain(f"{wrong}; lispcore --help shows what there is")
        return 2
    except Unreadable:
        return 2
    except BrokenPipeError:  # who reads has read enough
        drop_output()
        return NOBODY_READS
    except OSError as error:
        if error.filename is not None:
            raise
        drop_output()
        complain(f"the output cannot be written: {reason_of(error)}")
        return 1


def _do(words: list[str]) -> int:
    if words and words[0] in _ALIASES:
        words = [_ALIASES[words[0]], *words[1:]]
    if not words or words[0] not in COMMANDS:
        return _run(words)
    if words[1:2] and words[1] in ("-h", "--help"):
        print(usage_of(words[0]), end="")
        return 0
    return COMMANDS[words[0]](words[1:])


def _run(words: list[str]) -> int:
    options, rest = read_options(words)
    if options is None:
        return 0
    if options.pieces and words[-len(rest) - 1] == "--":
        options.words = ["-e", *rest]
    elif rest:
        piece = _text_itself(rest[0]) or read_program(rest[0])
        if piece is None:
            return 2
        options.pieces.append(piece)
        options.words = rest
    elif not options.pieces:
        if sys.stdin is not None and not sys.stdin.isatty() and not options.stays:
            piece = read_program("-")
            if piece is None:
                return 2
            options.pieces.append(piece)
        else:
            options.stays = True
        options.words = [""]
    else:
        options.words = ["-e"]
    return run_pieces(options)


def _text_itself(word: str) -> Piece | None:
    """Returns the program that stands in the place of a file: ``lispcore '(+ 1 2)'``."""
    if not word.startswith("(") or os.path.exists(word):
        return None
    return Piece(word, "<-e>", shows="value")


def read_options(words: list[str]) -> tuple[Options | None, list[str]]:
    """Returns the options at the beginning, and what follows; None if all is done already."""
    options = Options()
    waiting = list(words)
    while waiting:
        word = waiting[0]
        if word in ("-", "--") or not word.startswith("-"):
            return options, waiting[1:] if word == "--" else waiting
        waiting.pop(0)
        if word in ("-h", "--help"):
            print(USAGE, end="")
            return None, []
        if word in ("-V", "--version"):
            from lispcore.values.version import VERSION

            print(f"lispcore {VERSION}")
            return None, []
        if word in _SWITCHES:
            setattr(options, _SWITCHES[word], True)
            continue
        name, mark, value = word.partition("=")
        if name not in _WITH_VALUE:
            raise WrongCommand(f"there is no option {word}")
        if not mark or not name.startswith("--"):
            if not waiting:
                raise WrongCommand(f"{word} needs a value")
            name, value = word, waiting.pop(0)
        if name in ("-f", "--file"):
            return options, [value, *waiting]
        _WITH_VALUE[name](options, value)
    return options, []


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e12:
        raise WrongCommand(f"{name} expects a number from 0 up, got {value}")
    return number


def _add_text(options: Options, value: str) -> None:
    options.pieces.append(Piece(value, "<-e>", shows="value"))


def _add_shown(options: Options, value: str) -> None:
    options.pieces.append(Piece(value, "<-p>", shows="all"))


def _add_file(options: Options, value: str) -> None:
    piece = read_program(value)
    if piece is None:
        raise Unreadable
    options.pieces.append(piece)


def _set_budget(options: Options, value: str) -> None:
    options.budget = _number("--budget", value)


def _set_timeout(options: Options, value: str) -> None:
    options.timeout = _number("--timeout", value)


def _setter(name: str) -> Callable[[Options, str], None]:
    return lambda options, value: setattr(options, name, value)


_WITH_VALUE: dict[str, Callable[[Options, str], None]] = {
    "-e": _add_text,
    "--eval": _add_text,
    "-p": _add_shown,
    "--print": _add_shown,
    "-l": _add_file,
    "--load": _add_file,
    "--init": _add_file,
    "-f": _add_file,
    "--file": _add_file,
    "--model": _setter("model"),
    "--chat-model": _setter("model"),
    "--budget": _set_budget,
    "--timeout": _set_timeout,
    "--record": _setter("record"),
    "--replay": _setter("replay"),
}
_SWITCHES = {
    **dict.fromkeys(("-i", "--interactive"), "stays"),
    **dict.fromkeys(("-q", "--quiet"), "is_quiet"),
    "--allow-import": "allow_import",
}


# --- other commands -------------------------------------------------------------------------------


def _eval(words: list[str]) -> int:
    if words == ["--jsonl"]:
        from lispcore.commands.batch import answer_all

        return answer_all()
    if {"--expr", "--stdin"} & {word.partition("=")[0] for word in words}:
        from lispcore.commands import eval_text

        asked, wrong = eval_text.read_words(words)
        if wrong:
            raise WrongCommand(wrong)
        return eval_text.answer_text(asked)
    from lispcore.commands.evaluating import read_words, run_eval_files

    given, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return run_eval_files(given)


def _flags(command: str, words: list[str], *known: str) -> list[str]:
    """Returns the files among words; refuses options that a command does not have."""
    for word in words:
        if word.startswith("-") and word != "-" and word not in known:
            raise WrongCommand(f"{command} has no option {word}")
    files = [word for word in words if word not in known]
    if not files:
        raise WrongCommand(f"{command} needs a file")
    return files


def _fmt(words: list[str]) -> int:
    files = _flags("fmt", words, "--check", "--diff")
    from lispcore.commands.laying_out import format_files

    return format_files(files, only_checks="--check" in words, shows_diff="--diff" in words)


def _lsp(words: list[str]) -> int:
    if words not in ([], ["--stdio"]):
        raise WrongCommand("lsp takes no words: it speaks on standard input and output")
    try:
        from lispcore.commands.language_server import serve
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        complain("lsp needs a package: pip install 'lispcore[lsp]'")
        return 2
    serve()
    return 0


def _check(words: list[str]) -> int:
    _flags("check", words, "--json")
    from lispcore.commands.checking import check_files

    return check_files(words)


def _debug(words: list[str]) -> int:
    if len(words) != 1:
        raise WrongCommand("debug expects one file")
    from lispcore.commands.debugging import debug_file

    return debug_file(words[0])


def _doc(words: list[str]) -> int:
    from lispcore.commands.checking import print_documentation

    return print_documentation(words)


def _map(words: list[str]) -> int:
    from lispcore.commands.mapping import read_words, run_map

    given, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return run_map(given)


def _test(words: list[str]) -> int:
    from lispcore.commands.testing import read_words, run_test_files

    given, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return run_test_files(given)


def _mcp(words: list[str]) -> int:
    from lispcore.commands.tool_server import serve_tools

    named: dict[str, set[str]] = {"--include": set(), "--exclude": set()}
    files: list[str] = []
    waiting = list(words)
    while waiting:
        word, mark, value = waiting.pop(0).partition("=")
        if word not in named:
            if word.startswith("-"):
                raise WrongCommand(f"mcp has no option {word}")
            files.append(word + mark + value)
            continue
        if not mark:
            if not waiting:
                raise WrongCommand(f"{word} needs a value")
            value = waiting.pop(0)
        named[word].add(value)
    return serve_tools(files, named["--include"], named["--exclude"])


def _serve(words: list[str]) -> int:
    from lispcore.commands.serving import read_words, serve

    given, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return serve(given)


def _share(words: list[str]) -> int:
    from lispcore.commands.sharing import read_words, share

    given, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return share(given)


def _install(words: list[str]) -> int:
    from lispcore.commands.installing import SWITCHES, install
    from lispcore.commands.programs import read_given

    given, wrong = read_given("install", words, {}, SWITCHES)
    if wrong:
        raise WrongCommand(wrong)
    return install(given)


def _jupyter(words: list[str]) -> int:
    from lispcore.commands import jupyter

    if words[:1] == ["kernel"]:
        return jupyter.run(words[1:])
    given, wrong = jupyter.read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return jupyter.install(given)


def _keys(words: list[str]) -> int:
    from lispcore.commands.keys import change_keys, read_words

    what, provider, wrong = read_words(words)
    if wrong:
        raise WrongCommand(wrong)
    return change_keys(what, provider)


def _completion(words: list[str]) -> int:
    from lispcore.commands.completion import SCRIPTS

    if len(words) != 1 or words[0] not in SCRIPTS:
        raise WrongCommand(f"completion expects one of {', '.join(SCRIPTS)}")
    print(SCRIPTS[words[0]], end="")
    return 0


def _repl(words: list[str]) -> int:
    return _run(["-i", *words])


def _help(words: list[str]) -> int:
    for word in words:
        if word not in COMMANDS:
            raise WrongCommand(f"there is no command {word}")
    print("".join(map(usage_of, words)) or USAGE, end="")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "eval": _eval,
    "check": _check,
    "fmt": _fmt,
    "lsp": _lsp,
    "debug": _debug,
    "doc": _doc,
    "map": _map,
    "test": _test,
    "mcp": _mcp,
    "serve": _serve,
    "share": _share,
    "install": _install,
    "jupyter": _jupyter,
    "keys": _keys,
    "help": _help,
    "completion": _completion,
    "repl": _repl,
}
# As Sema calls it.
_ALIASES = {"completions": "completion"}
