"""What committees decided on consent forms: whether it counts, whether it approves, from when until when."""

from __future__ import annotations

from trialseal.documents.identifiers import date_text
from trialseal.documents.times import Order, order
from trialseal.evidence.consents import FormDecision
from trialseal.evidence.trust import Trust
from trialseal.evidence.wording import day, moment
from trialseal.ledger.moments import iso_day, iso_time
from trialseal.rules.authority import Authority, authority_of
from trialseal.rules.consent.reading import plain_word


def approves(one: FormDecision, at: str) -> bool:
    """Whether it approves, and had not certainly ended before something happened; what ended later held then."""
    if one.decision not in ("approved", "approved-with-conditions", "waived"):
        return False
    last_second = iso_time(one.ended_at - 1) if one.ended_at and iso_day(one.ended_at) else None
    return last_second is None or order(last_second, at) is not Order.BEFORE


def authority(trust: Trust, one: FormDecision) -> Authority:
    """Whether a decision counts for the reader."""
    return authority_of(one.record, trust.accreditors, trust.accreditations, trust.parties.get)


def decided(one: FormDecision) -> str:
    return date_text(one.date) if one.date else day(one.time)


def decision_words(one: FormDecision) -> str:
    words = f"{plain_word(one.decision)} by {one.by} on {decided(one)}"
    words += f" for territory {one.territory:03}" if one.territory else ""
    words += f", until {moment(one.until)}" if one.until else ""
    return words + (f", withdrawn {moment(one.withdrawn_at)}" if one.withdrawn_at else "")
