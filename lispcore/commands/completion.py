"""What completes the words of `lispcore` in a shell."""

from __future__ import annotations

from typing import Final

_OPTIONS: Final = (
    "-e -p -l -f -i -q --load --file --model --budget --timeout --record --replay "
    "--allow-import --version --help"
)
_COMMANDS: Final = (
    "repl eval check fmt lsp debug doc map test mcp serve share install "
    "jupyter keys help completion"
)

SCRIPTS: Final = {
    "bash": f"""\
_lispcore() {{
  local word=${{COMP_WORDS[COMP_CWORD]}}
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "{_OPTIONS}" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
    (( COMP_CWORD == 1 )) && COMPREPLY+=($(compgen -W "{_COMMANDS}" -- "$word"))
  fi
}}
complete -o filenames -F _lispcore lispcore
""",
    "zsh": f"""\
#compdef lispcore
_lispcore() {{
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- {_OPTIONS}
  else
    (( CURRENT == 2 )) && compadd -- {_COMMANDS}
    _files
  fi
}}
compdef _lispcore lispcore
""",
    "fish": "".join(
        f"complete -c lispcore -n __fish_use_subcommand -a {each}\n" for each in _COMMANDS.split()
    )
    + "".join(
        f"complete -c lispcore -{'l ' + each[2:] if each.startswith('--') else 'o ' + each[1:]}\n"
        for each in _OPTIONS.split()
    ),
}
