# ruff: noqa: INP001 - a script beside what it writes, no package
"""Writes docs/guide/commands.md from the commands themselves, so that it cannot be out of date.

python docs/write_commands.py
"""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent

import click

from agents.cli.language.choice import choose
from agents.cli.main import main

PAGE = Path(__file__).parent / "guide" / "commands.md"
HEAD = """\
# Commands

Every command and option, as `--help` says it. `make commands` writes this page; do not edit it.

Tab completes commands, options and files, once your shell knows how. Put one line into its
start-up file:

- bash (4.4 or newer), `~/.bashrc`: `eval "$(_TOCSIN_COMPLETE=bash_source tocsin)"`
- zsh, `~/.zshrc`: `eval "$(_TOCSIN_COMPLETE=zsh_source tocsin)"`
- fish, `~/.config/fish/completions/tocsin.fish`: `_TOCSIN_COMPLETE=fish_source tocsin | source`
"""


def page() -> str:
    """Return the whole page."""
    context = click.Context(main, info_name="tocsin")
    choose(context, "en")
    return HEAD + "".join(_sections(context))


def _sections(context: click.Context) -> Iterator[str]:
    group = context.command
    assert isinstance(group, click.Group)  # noqa: S101 - for the type checker
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield _section(inner)
        if isinstance(command, click.Group):
            yield from _sections(inner)


def _section(context: click.Context) -> str:
    command = context.command
    path = context.command_path
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    lines = ["", f"## {path}", "", "```text", usage, "```", "", cleandoc(command.help or ""), ""]
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record is not None and "--help" not in option.opts:
            names, meaning = record
            lines.append(f"- `{names}`: {meaning}" if meaning else f"- `{names}`")
    if command.epilog:
        heading, _, examples = command.epilog.removeprefix("\b\n").partition("\n")
        lines += ["", heading, "", "```sh", dedent(examples), "```"]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
