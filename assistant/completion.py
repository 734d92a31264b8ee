"""What a shell needs to complete our command line: a script made from its parsers."""

import argparse
import re
from collections.abc import Mapping

_BASH = """\
# bash completion of {name}; put this into ~/.bashrc:  source <({name} completion)
_{name}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command= words index
    for ((index = 1; index < COMP_CWORD; index++)); do
        case ${{COMP_WORDS[index]}} in
            --data-dir) ((index++)) ;;
            -*) ;;
            *) command=${{COMP_WORDS[index]}}; break ;;
        esac
    done
    COMPREPLY=()
    case $command in
        '') words='{first}' ;;
{cases}
        *) return ;;
    esac
    # After a command, what is no option is a file, a question or an id: bash then offers files.
    if [[ -z $command || $word == -* ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    fi
}}
complete -o default -F _{name} {name}
"""


def bash(parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    """A script that completes the commands, their options, and else the names of files."""
    name = parser.prog
    cases = (
        f"        {command}) words='{' '.join(_options(each))}' ;;"
        for command, each in commands.items()
    )
    first = " ".join([*commands, *_options(parser)])
    return _BASH.format(name=name, first=first, cases="\n".join(cases))


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """The long options, as the usage names them."""
    return ["--help", *dict.fromkeys(re.findall(r"--[a-z][a-z-]*", parser.format_usage()))]
