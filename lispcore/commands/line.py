"""The words of the command line, and what they ask for."""

from __future__ import annotations

import sys
from collections.abc import Callable

from lispcore.commands.programs import Options, Piece, read_program, run_pieces
from lispcore.commands.reports import complain, drop_output, reason_of
from lispcore.hosts.terminal import NOBODY_READS

USAGE = """\
lispcore [options] FILE [argument …]   runs a program; (sys/args) has the words from FILE on
lispcore [options] - [argument …]      runs a program that comes on standard input
lispcore [options]                     a prompt on a terminal, else a program on standard input
lispcore check FILE …                  says what is wrong with programs, without running them;
                                       --json says it as JSON
lispcore fmt FILE …                    lays programs out anew, in their files; of - to the output;
                                       --check only tells, --diff shows what would change
lispcore lsp                           a language server for editors (docs/editors.md)
lispcore debug FILE                    runs a program step by step
lispcore doc [NAME]                    shows the documentation of a name
lispcore map FILE --fn NAME --in ROWS --out RESULTS.jsonl
                                       calls a function with each row, and goes on where it was;
                                       also --key FIELD, --concurrency N, --per-second N, --budget
                                       DOLLARS, --retry-errors, --mixed, --model, --record, --replay
                                       or --workers N, for so many processes; --engine dask or ray,
                                       with --address, for those of a cluster; --via batch asks at
                                       half the price, by the provider's batches
lispcore test FILE …                   runs the tests of (deftest …), model calls from FILE's tape;
                                       also --filter TEXT, --replay, --live, --tape PATH, --model,
                                       and reports: --junit, --json, --html PATH
lispcore eval FILE …                   runs the evaluations of (defeval …), model calls from FILE's
                                       tape; also --failed for what did not pass before, --baseline
                                       PATH, --save-baseline PATH, --results PATH, and all of test
lispcore mcp [FILE …]                  serves tools to a client of the Model Context Protocol: eval,
                                       run_file, docs, check, fmt, and those that FILEs define by
                                       deftool; --include NAME, --exclude NAME
lispcore serve [FILE]                  the page in a browser, with a program if one is named; also
                                       --port N, --no-open, --host ADDRESS, --prefix /PATH/
lispcore share FILE                    a link to a program; also --page ADDRESS, --title, --about,
                                       --model TEXT, --file NAME (several), --tape PATH
lispcore share LINK                    the program of a link; --out FOLDER writes its files, too
lispcore keys set PROVIDER             puts a key into the system's keyring, where programs find it;
                                       also keys remove PROVIDER, keys list
lispcore jupyter install                notebooks in this language; also --user, --sys-prefix,
                                       --prefix PATH, --name NAME
lispcore eval --jsonl                  one JSON request a line in, one answer a line out
lispcore help [COMMAND]                this text, or what belongs to one command
lispcore completion bash|zsh|fish      what completes these words in a shell

  -e TEXT            runs a text; may be given several times, before or without a FILE; what
                     follows -- is then in (sys/args)
  -p TEXT            runs a text and prints its value
  -i                 a prompt follows, with what was defined
  --model NAME       provider/model, or a model of the provider that the environment configures
  --budget DOLLARS   what model calls may cost together
  --timeout SECONDS  how long each program may take
  --record TAPE      plays model calls from a tape, and records there what is not on it
  --replay TAPE      plays model calls from a tape only
  --version, --help

Exit status: 0, 1 after an error, 2 for a wrong command, 130 after Ctrl-C, else what (exit n) says.
"""


class WrongCommand(Exception):
    """The command line asks for something that there is not."""


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
    if not words or words[0] not in COMMANDS:
        return _run(words)
    if words[1:2] and words[1] in ("-h", "--help"):
        print(usage_of(words[0]), end="")
        return 0
    return COMMANDS[words[0]](words[1:])


def usage_of(command: str) -> str:
    """Returns the lines of the usage that are about one command."""
    found: list[str] = []
    is_about = False
    for line in USAGE.partition("\n\n")[0].splitlines(keepends=True):
        if not line.startswith(" "):
            is_about = line.split()[1] == command
        if is_about:
            found.append(line)
    return "".join(found)


def _run(words: list[str]) -> int:
    options, rest = read_options(words)
    if options is None:
        return 0
    if options.pieces and words[-len(rest) - 1] == "--":
        options.words = ["-e", *rest]
    elif rest:
        piece = read_program(rest[0])
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
        if word == "-i":
            options.stays = True
            continue
        name, mark, value = word.partition("=")
        if name not in _WITH_VALUE:
            raise WrongCommand(f"there is no option {word}")
        if not mark or not name.startswith("--"):
            if not waiting:
                raise WrongCommand(f"{word} needs a value")
            name, value = word, waiting.pop(0)
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
    options.pieces.append(Piece(value, "<-e>"))


def _add_shown(options: Options, value: str) -> None:
    options.pieces.append(Piece(value, "<-p>", shows=True))


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
    "--model": _setter("model"),
    "--budget": _set_budget,
    "--timeout": _set_timeout,
    "--record": _setter("record"),
    "--replay": _setter("replay"),
}


# --- other commands -------------------------------------------------------------------------------


def _eval(words: list[str]) -> int:
    if words == ["--jsonl"]:
        from lispcore.commands.batch import answer_all

        return answer_all()
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
    "jupyter": _jupyter,
    "keys": _keys,
    "help": _help,
    "completion": _completion,
}
