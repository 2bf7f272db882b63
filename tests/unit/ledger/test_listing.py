"""All trials page by page, and histories by their digest: from logs made by hand, held against words of state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from made_logs import made_log
from trialseal.ledger.acts import act_from
from trialseal.ledger.listing import TrialList, histories_by_digest
from trialseal.ledger.logs import Log, Wanted
from trialseal.ledger.proofs import layout
from trialseal.ledger.rolling import digest_of, word_of

SPONSOR, OTHER = b"\2" * 32, b"\3" * 32
TRIALS = tuple(bytes([number]) * 32 for number in range(11, 18))
START = 1_588_248_000


def registered(trial: bytes, number: int = 1, late: int = 0) -> Log:
    members = {"code": b"C".ljust(32, b"\0"), "endpointRoot": bytes(32), "endpointCount": 0}
    return made_log(
        "TrialRegistry", "TrialRegistered", (trial, b"\7" * 32, SPONSOR), number=number, time=START + late, **members
    )


def sealed(trial: bytes, number: int, kind: int = 8, version: int = 1, subject: bytes = b"\5" * 32) -> Log:
    members = {"kind": kind, "version": version, "blinding": 0, "endpointRoot": bytes(32), "endpointCount": 0}
    return made_log(
        "TrialRegistry", "DocumentSealed", (trial, subject, OTHER), number=number, time=START + number, **members
    )


class Source:
    """What shows logs in parts, and has words of state."""

    source = "it"

    def __init__(self, logs: Sequence[Log], words: dict[object, bytes], at: int | None = None, parts: int = 1) -> None:
        self.logs, self.words, self.at, self.parts = list(logs), words, at, parts
        self.asked: list[Wanted] = []

    def prove(self, slots: Sequence[object], logs: Sequence[Wanted] = ()) -> tuple[list[bytes | None], list[list[Log]]]:
        self.asked += logs
        fitting = [[log for log in self.logs if one.fitting()(log)] for one in logs]
        return [self.words.get(slot) for slot in slots], fitting

    def prove_in_parts(self, slots: Sequence[object], logs: Sequence[Wanted]) -> tuple[list[bytes | None], list[Any]]:
        words, [found] = self.prove(slots, logs)
        return words, [iter([found[start : start + self.parts] for start in range(0, len(found), self.parts)])]


ALL = tuple(registered(trial, number, number) for number, trial in enumerate(TRIALS, 1))
WORD = {layout.trials_word(): word_of(log.rolled for log in ALL)}


def pages(source: Source, size: int = 3, **how: Any) -> tuple[list[list[bytes]], TrialList]:
    listed = TrialList(source, act_from)  # type: ignore[arg-type]
    assert listed.gap
    return [[one.trial for one in page] for page in listed.pages(size, **how)], listed


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_trials_come_in_pages_whatever_the_pieces(parts: int) -> None:
    found, listed = pages(Source(ALL, WORD, parts=parts))
    assert found == [list(TRIALS[:3]), list(TRIALS[3:6]), [TRIALS[6]]]
    assert not listed.gap and listed.count == 7


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_one_page_is_given_and_all_are_counted(number: int) -> None:
    found, listed = pages(Source(ALL, WORD), only=number)
    assert found == [page for page in [list(TRIALS[3 * number - 3 : 3 * number])] if page]
    assert not listed.gap and listed.count == 7


def test_a_page_that_is_full_ends_with_the_last_trial() -> None:
    assert pages(Source(ALL, WORD), 7)[0] == [list(TRIALS)]
    assert pages(Source(ALL, WORD), 1, keep=True)[0] == [[trial] for trial in TRIALS]


def test_what_is_hidden_or_not_proven_is_said() -> None:
    found, listed = pages(Source(ALL[:-1], WORD))
    assert len(found) == 2 and "trial 7 cannot be seen" in str(listed.gap) and listed.count == 7
    found, listed = pages(Source(ALL, {}))
    assert not found and listed.gap == "it holds no proof of all trials of the chain"


def test_as_of_a_time_those_registered_by_then_are_listed() -> None:
    for late in (0, 1, 4):
        found, listed = pages(Source(ALL, WORD, START + late))
        assert [trial for page in found for trial in page] == list(TRIALS[:late])
        assert listed.count == late and not listed.gap
    found, listed = pages(Source(ALL, WORD, 0))
    assert (found, listed.count) == ([], 0)


# ----- histories -----

ACTS = {
    TRIALS[0]: [registered(TRIALS[0])],
    TRIALS[1]: [registered(TRIALS[1]), sealed(TRIALS[1], 2, 1, 2), sealed(TRIALS[1], 3), sealed(TRIALS[1], 4, 8, 2)],
}
DIGESTS: dict[object, bytes] = {
    layout.trial(trial)[1]: digest_of(log.rolled for log in logs) for trial, logs in ACTS.items()
}


def histories(source: Source, *trials: bytes) -> dict[bytes, Any]:
    return {one.state.trial: one for one, _ in histories_by_digest(source, trials, act_from)}  # type: ignore[arg-type]


def test_acts_that_lead_to_the_digest_say_what_state_keeps() -> None:
    logs = [log for some in ACTS.values() for log in some]
    source = Source(logs, DIGESTS)
    found = list(histories_by_digest(source, TRIALS[:3], act_from))  # type: ignore[arg-type]
    assert [(one.state.trial, kept) for one, kept in found] == list(ACTS.items())
    assert all(one.complete for one, _ in found)
    first, second = (one.state for one, _ in found)
    assert (first.acts, first.created_at, first.sponsor) == (1, START, SPONSOR)
    assert (first.versions[1], first.versions[8]) == (1, 0)
    assert (second.acts, second.versions[1], second.versions[8], second.versions[4]) == (4, 2, 2, 0)
    assert second.rolling_digest == DIGESTS[layout.trial(TRIALS[1])[1]]


@pytest.mark.parametrize(
    "logs",
    [
        [],
        ACTS[TRIALS[1]][:-1],
        ACTS[TRIALS[1]][1:],
        ACTS[TRIALS[1]][::-1],
        [*ACTS[TRIALS[1]], sealed(TRIALS[1], 5)],
        [*ACTS[TRIALS[1]][:-1], sealed(TRIALS[1], 4, 8, 2, b"\6" * 32)],
    ],
)
def test_of_acts_that_do_not_nothing_is_said(logs: list[Log]) -> None:
    assert not histories(Source([*ACTS[TRIALS[0]], *logs], DIGESTS), TRIALS[1])
    assert set(histories(Source([*ACTS[TRIALS[0]], *logs], DIGESTS), *TRIALS[:2])) == {TRIALS[0]}


def test_nor_of_a_digest_that_is_not_proven() -> None:
    assert not histories(Source(ACTS[TRIALS[0]], {}), TRIALS[0])
    assert not histories(Source(ACTS[TRIALS[0]], {layout.trial(TRIALS[0])[1]: bytes(32)}), TRIALS[0])
    assert not histories(Source([], {layout.trial(TRIALS[0])[1]: bytes(32)}), TRIALS[0])


def test_so_many_trials_are_asked_for_at_once_as_a_node_takes() -> None:
    many = [number.to_bytes(32, "big") for number in range(1, 2002)]
    source = Source([], {})
    assert not histories(source, *many)
    assert [len(one.topics[1] or ()) for one in source.asked] == [1000, 1000, 1]
