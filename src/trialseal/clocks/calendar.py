"""Calendars of OpenTimestamps: POST /digest promises to stamp a message, GET /timestamp/<hex> tells what came of it.

Source: calendar.py of python-opentimestamps, and the answers of its server.
"""

from __future__ import annotations

from trialseal.clocks import opentimestamps
from trialseal.clocks.exchange import Clock, ask
from trialseal.clocks.steps import ProofError, Step, read_steps
from trialseal.errors import UndeterminedError

MOST_BYTES = 10_000
"""Bytes of an answer; the reference library reads no more."""
_HEADERS = {"Accept": "application/vnd.opentimestamps.v1"}


def submit(clock: Clock, message: bytes) -> tuple[Step, ...]:
    """The steps by which a calendar promises to stamp `message`, 32 bytes. UndeterminedError in one sentence."""
    headers = {**_HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(clock, "POST", clock.path + "/digest", message, headers, MOST_BYTES)
    if answer.status != 200:
        raise UndeterminedError(f"{clock.shown} refuses the digest (HTTP {answer.status}): try another calendar")
    return _steps(clock, message, answer.content)


def look_up(clock: Clock, message: bytes) -> tuple[Step, ...] | None:
    """The steps from `message` to a Bitcoin block; None while there are none. UndeterminedError in one sentence."""
    answer = ask(clock, "GET", f"{clock.path}/timestamp/{message.hex()}", None, _HEADERS, MOST_BYTES)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise UndeterminedError(f"{clock.shown} refuses the question (HTTP {answer.status}): try later")
    steps = _steps(clock, message, answer.content)
    return steps if opentimestamps.is_upgrade(steps) else None


def _steps(clock: Clock, message: bytes, content: bytes) -> tuple[Step, ...]:
    try:
        steps = read_steps(content)
        opentimestamps.ends(message, steps)
    except ProofError as error:
        raise UndeterminedError(
            f"what {clock.shown} answers is no OpenTimestamps proof ({error}): try another calendar"
        ) from None
    return steps
