"""What every audit of streams needs of the stores that it is given: their names, and the heads that bind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from trialseal.errors import FailedError, UsageError
from trialseal.evidence.source import StreamSource
from trialseal.ledger.records import Head
from trialseal.streams.store import StreamStore


class StoreAtHand(NamedTuple):
    """A store, and the heads that it can prove entries against."""

    stream: StreamStore
    heads: tuple[Head, ...]


def stream_names(stores: Sequence[StreamStore]) -> list[str]:
    """The streams' names, with their writers where two have the same."""
    seen: set[tuple[bytes, bytes]] = set()
    for one in stores:
        if (one.config.writer, one.config.id) in seen:
            raise UsageError(f"stream {one.config.name} is given twice, by two copies of its store: name the newer one")
        seen.add((one.config.writer, one.config.id))
    named = [one.config.name for one in stores]
    for id in ("writer", "id"):
        twice = Counter(named)
        named = [
            name if twice[name] == 1 else f"{name} of {getattr(one.config, id).hex()[:8]}"
            for name, one in zip(named, stores, strict=True)
        ]
    return named


def held_heads(
    chain: StreamSource, trial: bytes, stream: StreamStore, name: str, opened: set[tuple[bytes, bytes]]
) -> tuple[list[Head], list[str]]:
    """The heads that the store is long enough for, and why not all is seen.

    `opened` are the writers and ids of the trial's streams; this one is taken out. FailedError if the store has another
    root than one of its heads.
    """
    heads: Sequence[Head] = ()
    unseen = []
    if (stream.config.writer, stream.config.id) in opened:
        opened.discard((stream.config.writer, stream.config.id))
        shown = chain.head_history(trial, stream.config.writer, stream.config.id)
        # Of heads that do not lead to the digest in state none is believed.
        heads = shown.heads if shown.complete else ()
        if shown.gap:
            unseen.append(f"not all heads of stream {name} are shown: {shown.gap}")
    held = [head for head in heads if head.size <= stream.size]
    for head in held:
        if stream.root(head.size) != head.root:
            raise FailedError(
                f"{stream.folder} is not what was anchored: head {head.number} of stream {name} has another root; "
                "trialseal events audit says which entry was changed"
            )
    if heads and heads[-1].size > stream.size:
        unseen.append(f"the store of stream {name} holds {stream.size} of its {heads[-1].size} anchored entries")
    return held, unseen


def one_line(value: object) -> object:
    """A text in which nothing can pass for a line of the report, or move a terminal's cursor."""
    if isinstance(value, str) and not value.isprintable():
        return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in value)
    return value
