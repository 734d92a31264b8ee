"""What bash, zsh and fish need to complete our command line: a script made from its parsers."""

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


_ZSH = """\
#compdef {name}
# zsh completion of {name}; put this into ~/.zshrc after compinit:  source <({name} completion zsh)
_{name}() {{
    local word=$words[CURRENT] command= index
    local -a offered
    for ((index = 2; index < CURRENT; index++)); do
        case $words[index] in
            --data-dir) ((index++)) ;;
            -*) ;;
            *) command=$words[index]; break ;;
        esac
    done
    case $command in
        '') offered=({first}) ;;
{cases}
        *) _files; return ;;
    esac
    if [[ -z $command || $word == -* ]]; then
        compadd -- $offered
    else
        _files
    fi
}}
compdef _{name} {name}
"""
_FISH = """\
# fish completion of {name}; put this into config.fish:  {name} completion fish | source
function __{name}_command
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if test $word = --data-dir
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
    return 1
end
complete -c {name} -n 'not __{name}_command >/dev/null' -f -a '{commands}'
{cases}
"""


def script(
    shell: str, parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]
) -> str:
    """A script that completes the commands, their options, and else the names of files.

    Args:
        shell: one of `SHELLS`.
        parser: of the program.
        commands: their parsers by name.
    """
    return SHELLS[shell](parser, commands)


def _bash(parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    cases = "\n".join(
        f"        {command}) words='{' '.join(_options(each))}' ;;"
        for command, each in commands.items()
    )
    first = " ".join([*commands, *_options(parser)])
    return _BASH.format(name=parser.prog, first=first, cases=cases)


def _zsh(parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    cases = "\n".join(
        f"        {command}) offered=({' '.join(_options(each))}) ;;"
        for command, each in commands.items()
    )
    first = " ".join([*commands, *_options(parser)])
    return _ZSH.format(name=parser.prog, first=first, cases=cases)


def _fish(parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    name = parser.prog
    # Before a command there is one option that takes a folder.
    lines = [
        f"complete -c {name} -n 'not __{name}_command >/dev/null' -l {option[2:]}"
        f"{' -r -F' if option == '--data-dir' else ''}"
        for option in _options(parser)
    ]
    lines += [
        f"complete -c {name} -n 'contains -- {command} (__{name}_command)' -l {option[2:]}"
        for command, each in commands.items()
        for option in _options(each)
    ]
    return _FISH.format(name=name, commands=" ".join(commands), cases="\n".join(lines))


SHELLS = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """The long options, as the usage names them."""
    return ["--help", *dict.fromkeys(re.findall(r"--[a-z][a-z-]*", parser.format_usage()))]
