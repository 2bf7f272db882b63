"""What somebody is asked to sign, in words: the same for a terminal and a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trialseal import escaping
from trialseal.acts.in_words import named, stated
from trialseal.acts.signed import SignedAct, SignedFile
from trialseal.cli.times import when
from trialseal.evidence.version_text import text_of
from trialseal.report.signing.page import ActAsked, DocumentAsked

_LONGEST: Final = 300


def asked_of(file: SignedFile, now: int) -> tuple[ActAsked, ...]:
    """Every act of a file; `now`, in Unix seconds, is this computer's time."""
    return tuple(_act(one, now) for one in file.acts)


def judged_words(file: SignedFile) -> str:
    """As of which block whoever made the file judged it, as the file says."""
    judged = file.judged
    if judged is None:
        return "the file does not say that it was judged"
    told = ", ".join(f"{name} {escaping.quoted(str(judged[name]))}" for name in ("block", "time") if name in judged)
    return (
        f"the file says that it was judged as of {told}" if told else "the file does not say as of when it was judged"
    )


def lines(one: ActAsked) -> Iterator[str]:
    """An act for a terminal."""
    yield f"{one.does}, called {one.called} by whoever made it:"
    yield from (f"  {line}" for line in one.stated)
    yield f"  {one.bounds}"
    yield from (f"  signed by {key}" for key in one.signed_by)
    if one.late:
        yield f"  {one.late}"
    if one.document is not None:
        yield f"  the document with this digest, {one.document.name}, says:"
        for heading, items in one.document.parts:
            yield f"    {heading}:" + (f" {items[0]}" if len(items) == 1 else "")
            yield from (f"      {item}" for item in items if len(items) > 1)


def _act(one: SignedAct, now: int) -> ActAsked:
    by = one.authorization
    return ActAsked(
        does=named(one.act),
        called=escaping.quoted(one.act.words, _LONGEST),
        stated=tuple(stated(one.act)),
        bounds=f"for key {by.key} on chain {one.chain_id}, to be recorded by {when(by.deadline)}",
        signed_by=tuple(signature.key for signature in one.signatures),
        late="by this computer's clock that time is over: have it written again" if by.deadline < now else "",
        document=_document(one),
    )


def _document(one: SignedAct) -> DocumentAsked | None:
    text, before = one.act.document, one.act.before
    if text is None or text.document is None:
        return None
    said = text_of(text.document, before.document if before else None)
    since = f"changed since {said.since}, which whoever made this file calls the one before"
    parts = (
        ("title", (said.title,) if said.title else ()),
        ("endpoints", said.endpoints),
        ("amended because", (said.because,) if said.because else ()),
        (since, (said.changes or ("nothing",)) if said.since else ()),
    )
    return DocumentAsked(escaping.quoted(text.name), tuple(part for part in parts if part[1]))
