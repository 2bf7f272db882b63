"""The one step by which the contracts roll their logs into a word, and what it says of logs that are at hand.

    log digest                   = SHA-256(topic 0 ‖ topic 1 ‖ topic 2 ‖ topic 3 ‖ data)
    step(before, author, digest) = SHA-256(before ‖ author ‖ digest), 32 + 20 + 32 bytes
    word                         = count, 4 bytes ‖ the first 28 bytes of the last step

The author is the first 20 bytes of the acting party's id. Words are kept for each subject of attestations, each party,
each registry number and for all trials of a chain; a trial's acts and a stream's heads keep all 32 bytes of the step,
and their count beside it. All begin from zero. So a log can be held against state without its text: its author and its
digest, 52 bytes, are enough. See docs/bytes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Self, final

from trialseal.ledger.state import Proven

ZERO = bytes(32)
COUNT_BYTES, AUTHOR_BYTES, DIGEST_BYTES = 4, 20, 32
CARRIED_BYTES = AUTHOR_BYTES + DIGEST_BYTES
_MOST_NAMED = 5


class _Compared:
    """What only this module has, so that no other says that all is seen."""


@final
class AllSeen:
    """That logs are all that were rolled into a proven word, and no others. False, as an empty gap is."""

    def __init__(self, by: _Compared) -> None:
        self._by = by

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AllSeen)

    def __hash__(self) -> int:
        return hash(AllSeen)


Gap = str | AllSeen
"""Why logs are not all that were recorded; or that they are."""
SUPPOSED: Final = AllSeen(_Compared())
"""For what an act would lead to that is not on any chain yet: what is judged of it is a forecast, never a finding."""


class Rolled(NamedTuple):
    """A log as far as a rolled word is concerned."""

    author: bytes
    """The first 20 bytes of the acting party's id."""
    digest: bytes
    """SHA-256 of the log's topics and data."""

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """A log carried as author ‖ digest, 52 bytes; ValueError for any other length."""
        if len(data) != CARRIED_BYTES:
            raise ValueError(f"a carried log has {CARRIED_BYTES} bytes, not {len(data)}")
        return cls(data[:AUTHOR_BYTES], data[AUTHOR_BYTES:])

    def __bytes__(self) -> bytes:
        return self.author + self.digest


def log_digest(topics: Iterable[bytes], data: bytes) -> bytes:
    """SHA-256 of a log's topics, one behind the other, and its data: 32 bytes."""
    return sha256(b"".join(topics) + data).digest()


def step(before: bytes, author: bytes, digest: bytes) -> bytes:
    """SHA-256(before ‖ first 20 bytes of the author ‖ digest): 32 bytes."""
    return sha256(before + author[:AUTHOR_BYTES] + digest).digest()


def digest_of(logs: Iterable[Rolled]) -> bytes:
    """What a trial's acts or a stream's heads lead to: all 32 bytes of the last step; zeros for none."""
    reached = ZERO
    for one in logs:
        reached = step(reached, *one)
    return reached


class Rolling:
    """Logs rolled into a word one by one, of which none is kept."""

    def __init__(self) -> None:
        self.word = ZERO
        """32 bytes; zeros for none."""
        self.count = 0

    def add(self, log: Rolled) -> None:
        """Rolls one more."""
        self.count += 1
        self.word = self.count.to_bytes(COUNT_BYTES, "big") + step(self.word, *log)[: 32 - COUNT_BYTES]

    def gap(self, word: Proven, thing: str) -> Gap:
        """What keeps the logs from being all that were rolled into a word of state; AllSeen if nothing does."""
        numbers = range(1, self.count + 1)
        return count_gap(count_of(word), numbers, thing) or _agree(self.word == word, self.count, thing)


def word_of(logs: Iterable[Rolled]) -> bytes:
    """The word that logs lead to: 32 bytes; zeros for none."""
    rolling = Rolling()
    for one in logs:
        rolling.add(one)
    return rolling.word


def count_of(word: bytes) -> int:
    """How many logs were rolled into a word."""
    return int.from_bytes(word[:COUNT_BYTES], "big")


def word_gap(word: Proven, logs: Sequence[Rolled], numbers: Sequence[int], thing: str) -> Gap:
    """What keeps these logs from being all that were rolled into a word of state; AllSeen if nothing does.

    `numbers` are those of the logs' stamps, `thing` is what one of them is called: 'attestation'.
    """
    return count_gap(count_of(word), numbers, thing) or _agree(word_of(logs) == word, len(logs), thing)


def digest_gap(count: int, digest: Proven, logs: Sequence[Rolled], numbers: Sequence[int], thing: str) -> Gap:
    """As `word_gap`, for what keeps its count beside a whole digest."""
    return count_gap(count, numbers, thing) or _agree(digest_of(logs) == digest, len(logs), thing)


def count_gap(count: int, numbers: Sequence[int], thing: str) -> str | None:
    """What keeps things with these numbers from being those numbered 1 to `count`; None if nothing does."""
    if list(numbers) == list(range(1, count + 1)):
        return None
    shown = set(numbers)
    missing: list[int] = []
    for number in range(1, count + 1):
        if number not in shown:
            missing.append(number)
            if len(missing) > _MOST_NAMED:
                break
    named = ", ".join(map(str, missing[:_MOST_NAMED])) + (" and others" if len(missing) > _MOST_NAMED else "")
    were = "was" if len(numbers) == 1 else "were"
    counted = f"the contract counts {count} {thing}{'' if count == 1 else 's'}, and {len(numbers)} {were} shown"
    if not missing:
        return f"{counted} in another order"
    return f"{counted}: {thing}{'' if len(missing) == 1 else 's'} {named} cannot be seen"


def _agree(same: bool, number: int, thing: str) -> Gap:
    if same:
        return AllSeen(_Compared())
    these = f"the {thing} shown does" if number == 1 else f"the {number} {thing}s shown do"
    return f"{these} not lead to the digest in the contract: at least one of them is not what was recorded"
