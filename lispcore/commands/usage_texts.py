"""What `lispcore --help` and `lispcore help COMMAND` show."""

from __future__ import annotations

USAGE = """\
lispcore [options] FILE [argument …]   runs a program; (sys/args) has the words from FILE on,
                                       *command-line-args* those behind it
lispcore [options] - [argument …]      runs a program that comes on standard input
lispcore [options]                     a prompt on a terminal, else a program on standard input
lispcore repl                          a prompt, whatever standard input is
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
lispcore install [FILE …]              fetches what programs import from https:// addresses and pins
                                       it in lispcore.lock; without FILE, what is pinned there;
                                       --update fetches anew, --vendor keeps it beside the program,
                                       --check only tells what is missing
lispcore keys set PROVIDER             puts a key into the system's keyring, where programs find it;
                                       also keys remove PROVIDER, keys list
lispcore jupyter install                notebooks in this language; also --user, --sys-prefix,
                                       --prefix PATH, --name NAME
lispcore eval --expr TEXT              runs a text, or with --stdin standard input, and prints the
                                       value; --json prints value, output and error as JSON; also
                                       --path FILE, --timeout MILLISECONDS
lispcore eval --jsonl                  one JSON request a line in, one answer a line out
lispcore help [COMMAND]                this text, or what belongs to one command
lispcore completion bash|zsh|fish      what completes these words in a shell

  -e TEXT            runs a text and prints its value if it is not nil; may be given several
                     times, before or without a FILE; what follows -- is then in (sys/args)
  -p TEXT            runs a text and prints its value
  -l, --load FILE    runs a file first; may be given several times
  -f, --file FILE    runs a file, as FILE alone does
  -i                 a prompt follows, with what was defined
  -q                 the prompt begins without a greeting
  --model NAME       provider/model, or a model of the provider that the environment configures
  --budget DOLLARS   what model calls may cost together
  --timeout SECONDS  how long each program may take
  --record TAPE      plays model calls from a tape, and records there what is not on it
  --replay TAPE      plays model calls from a tape only
  --allow-import     imports code from https:// addresses without asking
  --version, --help

Exit status: 0, 1 after an error, 2 for a wrong command, 130 after Ctrl-C, else what (exit n) says.
"""


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
