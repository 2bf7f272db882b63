"""What was looked at, one thing a line: how it is, and what to do where it is not well."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from trialseal.cli.output import Output
from trialseal.evidence.wording import count


class Health(StrEnum):
    """How something is."""

    WORKS = "works"
    LOOK = "look"
    FAILS = "fails"


class Sign(NamedTuple):
    """One thing that was looked at."""

    what: str
    health: Health
    words: str
    """What was found and, where it does not work, what to type."""


def told(out: Output, signs: Iterator[Sign]) -> int:
    """Says each as it comes, and how many fail; 1 if any does, else 0."""
    found: list[Sign] = []
    for sign in signs:
        found.append(sign)
        out.say(f"{sign.health:<6} {sign.what}: {sign.words}")
    failing = sum(one.health is Health.FAILS for one in found)
    out.say(f"{failing} of {count(len(found), 'thing')} looked at {'fails' if failing == 1 else 'fail'}")
    out.value([one._asdict() for one in found])
    return 1 if failing else 0
