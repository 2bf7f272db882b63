"""No command that reads a chain says more over a lying node than over a true one, and none loses its head."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lies import Recorded, lies_told, read_once
from tests.integration.test_check import write_record
from tests.integration.test_command import SPONSOR, home

from trialseal.cli import main
from trialseal.ledger import networks
from trialseal.ledger.rpc import Rpc

__all__ = ["home"]

SEED = int(os.environ.get("LIES_SEED", "1"))
# Of each command. With those of test_lies, test_lies_together and test_lies_in_bundles a run tells over 10,000.
LIES = int(os.environ.get("LIES", "8000")) // 80
NUMBER = "NCT01234567"
# What only a node can say of an act: in which block it stands, and what of it is final; and this computer's clock.
NODES_WORD = frozenset(
    {"block", "block_hash", "transaction", "finality", "finalized", "safe", "age", "read_at", "qr_code"}
)
# Of a bundle, which is opened instead; of parties, whose names follow from their logs: an id may take a name's place.
NOT_COMPARED = frozenset({"bytes", "evidence_bytes", "parties", "headline", "letter", "counts", "unsettled"})


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """Its answer, but for what only a node can say."""
        return without_nodes_word(json.loads(named_by_id(self.out)))


def named_by_id(text: str) -> str:
    """The same with each party's id in the place of its name, as where its profile is not known."""
    for profile in (networks.home() / "parties").glob("*.json"):
        name = json.loads(profile.read_text())["legal_name"]
        text = text.replace(f'\\"{name}\\"', f"party {profile.stem[:8]}…").replace(name, profile.stem[:8])
    return text.replace("a party that calls itself party ", "party ")


def without_nodes_word(value: Any) -> Any:
    """An answer without what only a node can say; of a finding that is open, only that it is."""
    if isinstance(value, dict):
        if "rule" in value and value.get("status", value.get("answer")) not in ("holds", "fails"):
            return "open"
        if value.get("rule") in ("settled", "node-current"):
            return "open"
        return {name: without_nodes_word(one) for name, one in value.items() if name not in NODES_WORD | NOT_COMPARED}
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and "rule" in one for one in value):
            return {one["rule"]: without_nodes_word(one) for one in value}  # the worst stands first: any order
        return [without_nodes_word(one) for one in value]
    return value


def run(*words: str | Path) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words])
    return Said(code, out.getvalue(), err.getvalue())


def do(*words: str | Path) -> str:
    said = run(*words)
    assert said.code == 0, said
    return said.out


@pytest.fixture(scope="module")
def commands(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """A trial with all that can be asked of one, another beside it, and the commands that ask."""
    place = tmp_path_factory.mktemp("lied-to")
    vectors = Path(__file__).parents[1] / "vectors" / "documents"
    for name in ("one", "other"):
        folder = place / name
        (folder / "documents").mkdir(parents=True)
        protocol = json.loads((vectors / "protocol-v1.json").read_text())
        protocol["trial"] = {"sponsor": "Test sponsor", "code": f"LIES-{name}", "registry_ids": [NUMBER]}
        (folder / "protocol.json").write_text(json.dumps(protocol))
        do("register", folder, *SPONSOR)
        do("add-id", folder, NUMBER, *SPONSOR) if name == "one" else None
        table = folder / "dm.csv"
        table.write_text(f"USUBJID,AGE\n{name}-1,34\n{name}-2,51\n")
        do("dataset", "seal", table, *SPONSOR)
    one = place / "one"
    do("approve", one, "--on", "2023-01-01", "--account", "committee")
    run("events", "open", one, "ae", *SPONSOR)
    rows = place / "rows.csv"
    rows.write_text(
        "type,id,at,subject,form_version,status\nenrolment,1,2023-01-02,a,,\nconsent,2,2023-01-01,a,1.0,given\n"
        "enrolment,3,2023-02-02,b,,\n"
    )
    do("events", "append", one, "ae", rows, "--before-registration")
    do("events", "anchor", one, "ae", *SPONSOR)
    do("events", "prove", one, "ae", "--id", "1", "--out", place / "proof.json")
    record = write_record(place / f"{NUMBER}__2026-07-02.json")
    do("snapshot", record, *SPONSOR)
    node = ["--network", "devnet", "--json"]
    return {
        "verify": ["verify", str(one / "protocol.json"), str(place / "other" / "protocol.json"), *node],
        "history": ["history", str(one), *node],
        "history-number": ["history", NUMBER, *node],
        "trials": ["trials", *node],
        "party": ["party", "show", "Test sponsor", *node],
        "events-verify": ["events", "verify", str(place / "proof.json"), *node],
        "events-audit": ["events", "audit", str(one), *node],
        "consent-audit": ["consent", "audit", str(one), *node],
        "dataset-verify": ["dataset", "verify", str(one / "dm.csv"), *node],
        "check": ["check", str(record), "--folder", str(one), *node],
        "snapshot-check": ["snapshot", str(record), "--check", *node],
        "summary": ["summary", str(one), "--html", str(place / "of-lies.html"), *node],
        "bundle": ["bundle", str(one), "--out", str(place / "of-lies.trialseal"), *node],
    }


class Replaying:
    """Every node answers from memory, with one lie at most."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.recorded = Recorded(url)
        attempt, call = self.recorded.attempt, self.recorded.call
        patch.setattr(Rpc, "attempt", lambda _, requests, most=None: attempt(requests))
        patch.setattr(Rpc, "call", lambda _, method, params=(), most=None: call(method, params))


@pytest.fixture
def replaying(home: Path, commands: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replaying]:
    read_once(monkeypatch)
    yield Replaying(networks.resolve("devnet", home).url, monkeypatch)


NAMES = [
    "verify", "history", "history-number", "trials", "party", "events-verify", "events-audit", "consent-audit",
    "dataset-verify", "check", "snapshot-check", "bundle", "summary",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_lie_is_believed(commands: dict[str, list[str]], replaying: Replaying, name: str) -> None:
    words, recorded = commands[name], replaying.recorded
    honest = run(*words)
    assert honest.code in (0, 1, 2) and (name in ("check", "consent-audit") or honest.code == 0), honest
    assert run(*words).told == honest.told
    opened = (
        ["verify", *words[3:4], "--json", "--block-hash", json.loads(honest.out).get("block_hash", "")]
        if name == "bundle"
        else []
    )
    draw = random.Random(f"{SEED} {name}")
    answers = dict(recorded.answers)
    if opened:
        honest = run(*opened)
        assert honest.code == 0
    told = lies_told(answers, draw, LIES)
    believed: list[str] = []
    for _, lie, words_of_it in told:
        recorded.lie = lie
        said = run(*words)
        recorded.lie = None
        if name == "bundle" and said.code == 0:
            said = run(*opened)
        if wrong := believes(said, honest):
            believed.append(f"{words_of_it}: {wrong}")
    assert not believed, f"{len(believed)} of {len(told)} lies (LIES_SEED={SEED}):\n" + "\n".join(believed[:20])


def believes(said: Said, honest: Said) -> str:
    """What a command says over a liar that it must not; empty if it says as much as it knows."""
    if said.code == 3 and "name that chain with --network" in said.err:
        return ""  # of another chain, it says
    if said.code not in (honest.code, 2):
        return f"exit code {said.code}, not {honest.code}: {said.err[:300]}{said.out[:300]}"
    if "Traceback" in said.err or not all(line.startswith("trialseal: ") for line in said.err.splitlines()):
        return f"more than sentences: {said.err[:300]}"
    if said.code != 2 and (other := difference(said.told, honest.told)):
        return f"other words: {other}"
    return ""


def difference(mine: Any, true: Any, where: str = "") -> str:
    """Where two answers differ, and how; empty if they do not, but that less is known."""
    if mine in (true, "open"):
        return ""
    found: list[str] = []
    if isinstance(mine, dict) and isinstance(true, dict):
        found = [difference(mine.get(name), true.get(name), f"{where}.{name}") for name in mine.keys() | true.keys()]
    elif isinstance(mine, list) and isinstance(true, list) and len(mine) == len(true):
        pairs = enumerate(zip(mine, true, strict=True))
        found = [difference(a, b, f"{where}[{number}]") for number, (a, b) in pairs]
    else:
        return f"{where}: {str(mine)[:200]}, and the chain says {str(true)[:200]}"
    return next((one for one in found if one), "")


@pytest.mark.parametrize("name", NAMES)
def test_of_a_node_that_nobody_vouches_for_nothing_is_determined(
    home: Path, commands: dict[str, list[str]], name: str
) -> None:
    """The same node by its address, which the reader's network file does not call the reader's own."""
    url = networks.resolve("devnet", home).url
    words = [url if word == "devnet" else word for word in commands[name] if word != "--json"]
    said = run(*words)
    assert said.code == 2, said
    assert "vouched for by nobody whom you trust" in said.out.splitlines()[0]
    assert run(*words, "--trust-node").code == run(*commands[name]).code
