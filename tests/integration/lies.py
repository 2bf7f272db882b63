"""A node that tells one lie at a time: recorded answers, with one scalar or one list of one answer changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
import rfc8785

from trialseal.errors import TrialsealError, UndeterminedError
from trialseal.folder.reading import Readings
from trialseal.ledger import answers
from trialseal.ledger.rpc import Rpc


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Files are read, and values written in their canonical form, once in a test: only answers change."""
    shared, dumps, kept = Readings(), rfc8785.dumps, dict[int, tuple[Any, bytes]]()

    def once(value: Any) -> bytes:
        known = kept.get(id(value))
        if known is None or known[0] is not value:
            known = kept[id(value)] = (value, dumps(value))
        return known[1]

    patch.setattr("trialseal.report.trial.verifying.Readings", lambda: shared)
    patch.setattr("rfc8785.dumps", once)


Steps = tuple[Any, ...]
Asked = tuple[str, str]
"""A method and its parameters, as JSON."""


class Recorded:
    """What a true node answered, by question; what was never asked is asked of the node itself."""

    def __init__(self, url: str) -> None:
        self._true = true = Rpc(url)
        # Its own, so that a test may let every other node answer from this memory.
        true.attempt, true.call = true.attempt, true.call  # type: ignore[method-assign]
        self.answers: dict[Asked, Any] = {}
        self.lie: Callable[[Asked, Any], Any] | None = None

    def attempt(self, requests: list[tuple[str, list[Any]]], most: int | None = None) -> list[Any]:
        """As `Rpc.attempt` does, from memory; with the lie that is told just now."""
        found = []
        for method, parameters in requests:
            asked = (method, json.dumps(parameters, sort_keys=True))
            if asked not in self.answers:
                [self.answers[asked]] = self._true.attempt([(method, parameters)])
            answer = self.answers[asked]
            found.append(self._said(asked, answer))
        return found

    def call(self, method: str, parameters: Sequence[Any] = (), most: int | None = None) -> Any:
        """As `Rpc.call` does, from memory."""
        [answer] = self.attempt([(method, list(parameters))])
        if isinstance(answer, TrialsealError):
            raise answer
        return answer

    def _said(self, asked: Asked, true: Any) -> Any:
        said = self.lie(asked, true) if self.lie else true
        if not isinstance(said, TrialsealError) and (wrong := answers.fault(asked[0], said)):
            raise UndeterminedError(wrong)  # as `Rpc` does with every answer
        return said


def places(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every value in an answer, lists and objects too, with the steps that lead to it."""
    yield steps, value
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*steps, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*steps, number))


ABSENT = object()


def changed(answer: Any, steps: Steps, new: Any) -> Any:
    """A copy of an answer with another value at a place; ABSENT leaves it out."""
    if not steps:
        return None if new is ABSENT else new
    copy = answer.copy()
    if len(steps) > 1:
        copy[steps[0]] = changed(answer[steps[0]], steps[1:], new)
    elif new is ABSENT:
        del copy[steps[0]]
    else:
        copy[steps[0]] = new
    return copy


def lies_about(value: Any, others: list[Any], draw: random.Random) -> Iterator[Any]:
    """What may be said in the place of a value: other values, none, another's; lists lose, gain, double, swap."""
    yield None
    yield ABSENT
    if isinstance(value, str):
        yield from ("", "0x", "0x0", 7, value + "00", value.upper())
        digits = [place for place, letter in enumerate(value) if place > 1 and letter in "0123456789abcdef"]
        for place in draw.sample(digits, min(len(digits), 24)):
            yield value[:place] + f"{int(value[place], 16) ^ 1 << draw.randrange(4):x}" + value[place + 1 :]
        if value.startswith("0x") and 2 < len(value) < 20:
            number = int(value, 16)
            yield from (hex(number + 1), hex(max(number - 1, 0)), hex(number << 8))
        yield from draw.sample(others, min(len(others), 8))
    elif isinstance(value, list):
        yield from ([], [*value, *value], value[::-1], {})
        for place in range(len(value)):
            yield value[:place] + value[place + 1 :]
            yield [*value[: place + 1], value[place], *value[place + 1 :]]
            if place:
                yield [*value[: place - 1], value[place], value[place - 1], *value[place + 1 :]]
    elif isinstance(value, dict):
        yield from ({}, [], [value])
    elif isinstance(value, bool):
        yield not value


Lie = Callable[[Asked, Any], Any]


def lies_told(answers: Mapping[Asked, Any], draw: random.Random, most: int) -> list[tuple[Asked, Lie, str]]:
    """So many lies about recorded answers, each with the question and in words; all of them if they are fewer."""
    scalars = [value for answer in answers.values() for _, value in places(answer) if isinstance(value, str)]
    found = [
        (asked, steps, new)
        for asked, answer in answers.items()
        if not isinstance(answer, TrialsealError)
        for steps, value in places(answer)
        for new in lies_about(value, scalars, draw)
    ]
    if len(found) > most:
        found = draw.sample(found, most)
    return [
        (asked, lie_about(asked, changed(answers[asked], steps, new)), f"{asked[0]} {steps} = {str(new)[:80]}")
        for asked, steps, new in found
    ]


def lie_about(question: Asked, told: Any) -> Lie:
    """A lie about one question."""
    return lambda asked, true: told if asked == question else true
