"""Every command with its arguments, as the page docs/commands.md, made of what `--help` shows."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from trialseal.cli.arguments import DETAIL
from trialseal.cli.headings import HEADINGS
from trialseal.cli.parser import build_parser

PAGE: Final = Path(__file__).parents[3] / "docs" / "commands.md"
_WORDS = """# Commands

<!-- Made by python -m trialseal.cli.reference: change the arguments in src/trialseal/cli, not this page. -->

What `trialseal help COMMAND` shows, in the order of `trialseal help`. Each command also takes `-h`; `--json`, which
prints one JSON value instead of words; `-q`, which leaves out progress and remarks; and `-v`, which says on standard
error what the node was asked, and how long it took.
"""
_EVERYWHERE = {"-h", "--json", "-q"}
_SHARED_BY = 4  # commands; from so many on a group of options is described once


def page() -> str:
    """The page as Markdown."""
    known = _commands(build_parser())
    groups = [group for parser in _all(known.values()) for group in _groups(parser)]
    shared = _most_used(groups)
    parts = [_WORDS]
    for heading, names in HEADINGS.items():
        parts.append(f"## {heading[0].upper()}{heading[1:]}\n")
        parts += [part for name in names if name in known for part in _sections(known[name], shared, "###")]
    parts.append("## Options that many commands take\n")
    parts += [f"### {title[0].upper()}{title[1:]}\n\n{lines}" for title, lines in sorted(shared.items())]
    return "\n".join(parts)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands right below this one, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _all(parsers: Iterable[argparse.ArgumentParser]) -> Iterator[argparse.ArgumentParser]:
    """These and all below them."""
    for parser in parsers:
        yield parser
        yield from _all(_commands(parser).values())


def _groups(parser: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """Title and lines of each group of options that has a title of its own."""
    own = (group for group in parser._action_groups[2:] if group.title)
    return [(str(group.title), lines) for group in own if (lines := _lines(parser, group._group_actions))]


def _most_used(groups: list[tuple[str, str]]) -> dict[str, str]:
    """Of each title the lines that most commands have under it, where many have."""
    found: dict[str, str] = {}
    for (title, lines), number in Counter(groups).most_common():
        if number >= _SHARED_BY:
            found.setdefault(title, lines)
    return found


def _sections(parser: argparse.ArgumentParser, shared: dict[str, str], level: str) -> Iterator[str]:
    """A command and those below it."""
    yield f"{level} `{parser.prog}`\n\n{parser.description}\n"
    below = _commands(parser)
    if not below:
        positionals, options = parser._action_groups[:2]
        yield from filter(None, [_lines(parser, [*positionals._group_actions, *options._group_actions])])
        for title, lines in _groups(parser):
            if shared.get(title) != lines:
                yield f"{title[0].upper()}{title[1:]}:\n\n{lines}"
        if also := [title for title, lines in _groups(parser) if shared.get(title) == lines]:
            yield "Also: " + "; ".join(f"[{one}](#{_anchor(one)})" for one in also) + ".\n"
        if parser.epilog:
            yield f"```sh\n{_example(parser.epilog)}\n```\n"
    for one in below.values():
        yield from _sections(one, shared, level + "#")


def _lines(parser: argparse.ArgumentParser, actions: list[argparse.Action]) -> str:
    """A list of arguments, one a line."""
    formatter = parser._get_formatter()
    found = []
    for action in actions:
        if action.help in (argparse.SUPPRESS, DETAIL) or _EVERYWHERE & set(action.option_strings):
            continue
        value = formatter._format_args(action, formatter._get_default_metavar_for_optional(action))
        names = ", ".join(action.option_strings)
        shown = f"{names} {value}".strip() if action.option_strings else value
        words = formatter._expand_help(action) if action.help else ""
        found.append(f"- `{shown}`" + (f": {words}" if words else ""))
    return "".join(one + "\n" for one in found)


def _example(epilog: str) -> str:
    return "\n".join(line.strip() for line in epilog.splitlines() if line.startswith("  "))


def _anchor(title: str) -> str:
    """The anchor of a heading."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
