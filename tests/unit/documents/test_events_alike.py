"""Events that are like one that was checked are taken without a model's look, and never one that a model refuses."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trialseal.documents.events import parse_event
from trialseal.documents.events.alike import Known
from trialseal.errors import FailedError

CUSTODY: dict[str, Any] = {
    "format": "trialseal/1", "kind": "event", "type": "custody", "id": "C-1", "at": "2026-03-02", "action": "received",
    "place": "depot", "kit": "K-1", "lot": "L1", "condition": "ok", "safety_features": True, "low": 2,
}  # fmt: skip
VALUES = {
    "id": ["C-2", "", "a b", 7],
    "at": ["2026-03-03T10:00Z", "2026-02-30", "later", None],
    "kit": ["K-2", "K 2", 3, None],
    "lot": ["L1", "L 1", None],
    "safety_features": [True, 1, 1.0, "true"],
    "low": [2, 2.0, True, "2", -400],
    "subject": ["0f" * 16, "0F" * 16, "1001"],
    "corrects": ["C-0", "C-1"],
    "quantity": [1, [1]],
}


@example({"safety_features": 1})
@example({"safety_features": 2})
@example({"low": 2})
@example({"corrects": 0})
@example({"id": 1})
@example({"quantity": 0})
@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 3)))
def test_what_is_refused_is_refused_whatever_was_seen_before(changes: dict[str, int]) -> None:
    event = dict(CUSTODY)
    for name, at in changes.items():
        value = VALUES[name][at % len(VALUES[name])]
        event.pop(name, None) if value is None else event.update({name: value})
    known = Known(dict)
    for before in (CUSTODY, {**CUSTODY, "quantity": 1, "unit": "vial"}, {**CUSTODY, "subject": "0e" * 16}):
        known.kept(before, "it")
    with suppress(FailedError):
        known.kept({key: value for key, value in event.items() if key != "kit"}, "it")
    try:
        parse_event(event, "it")
    except FailedError as error:
        with pytest.raises(FailedError) as caught:
            known.kept(event, "it")
        assert str(caught.value) == str(error)
    else:
        assert known.kept(event, "it") == event


def test_what_events_have_in_common_is_kept_once() -> None:
    known = Known(lambda event: {key: value for key, value in event.items() if key != "format"})
    first = known.kept({**CUSTODY, "place": "".join(["de", "pot"])}, "it")
    second = known.kept({**CUSTODY, "place": "".join(["de", "pot"]), "kit": "K-2"}, "it")
    assert (first["kit"], second["kit"]) == (CUSTODY["kit"], "K-2") and "format" not in second
    assert first["place"] is second["place"]


def test_of_what_may_differ_the_same_text_is_kept_once() -> None:
    known = Known(dict)
    first, second = (known.kept({**CUSTODY, "id": f"E-{n}", "kit": "".join(["K", "-9"])}, "it") for n in range(2))
    assert first["kit"] is second["kit"] and first["id"] != second["id"]
