"""What a signer states of role and meaning: what may be typed, and what a file of acts may hold of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialseal.acts.act import Act
from trialseal.acts.attesting import attest
from trialseal.acts.in_words import stated
from trialseal.acts.signed import as_json, read_signed
from trialseal.acts.signing import unsigned
from trialseal.acts.statements import Meant, keep, meant_by, with_statement
from trialseal.documents.canonical import document_digest
from trialseal.errors import UsageError
from trialseal.folder.reading import of_bytes, read
from trialseal.ledger.codes import AttestationKind, Decision

KEY, PARTY, TRIAL = "0x" + "11" * 20, b"\1" * 32, b"\2" * 32
PROTOCOL = of_bytes("protocol.json", b'{"format": "trialseal/1", "kind": "protocol", "version": 1}')


def approval(path: Path, letter: bytes = b"\0" * 32, digest: bytes = PROTOCOL.digest) -> Act:
    act = attest(PARTY, AttestationKind.APPROVAL, TRIAL, "approved", code=Decision.APPROVED, digest=digest,
                 document=letter, text=PROTOCOL)  # fmt: skip
    return with_statement(act, Meant("approver", "chair of the committee", path))


def written(tmp_path: Path, *acts: Act) -> Path:
    path = tmp_path / "acts.json"
    path.write_text(json.dumps(as_json(unsigned(acts, 31337, KEY, 2_000_000_000, range(len(acts))), None)))
    return path


def test_the_act_names_the_statement_and_the_statement_what_is_signed_and_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "stated.json"
    act = approval(path, letter=b"\5" * 32)
    assert act.statement is not None and keep(act.statement) is True and keep(act.statement) is False
    value = json.loads(path.read_text())
    assert value == {
        "format": "trialseal/1", "kind": "signing-statement", "subject": TRIAL.hex(), "digest": PROTOCOL.digest.hex(),
        "letter": "05" * 32, "meaning": "approver", "role": "chair of the committee",
    }  # fmt: skip
    assert act.stated["document"] == document_digest(value) == read(path).raw
    assert "letter" not in (approval(path).statement or PROTOCOL).value()  # type: ignore[operator]
    path.write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        keep(act.statement)


def test_whoever_signs_reads_it_and_the_document_beside_it(tmp_path: Path) -> None:
    [one] = read_signed(written(tmp_path, approval(tmp_path / "stated.json"))).acts
    assert 'the signer\'s role: "chair of the committee"' in stated(one.act)
    assert "meaning of the signature: approver" in stated(one.act)
    assert one.act.document is not None and one.act.document.kind == "protocol"
    plain = attest(PARTY, AttestationKind.APPROVAL, TRIAL, "approved", code=Decision.APPROVED)
    assert not any("role" in line for line in stated(plain))


def test_a_statement_alone_is_not_taken_for_the_document(tmp_path: Path) -> None:
    [one] = read_signed(written(tmp_path, approval(tmp_path / "stated.json", digest=b"\7" * 32))).acts
    assert one.act.document is None and one.act.statement is not None


def _of_another(path: Path, document: bytes) -> Act:
    """An approval of a document that names the statement about another."""
    other = approval(path)
    struct = dict(other.stated) | {"digest": document}
    return Act(contract=other.contract, function=other.function, arguments=(tuple(struct.values()),), about=TRIAL,
               words="approved", statement=other.statement)  # fmt: skip


def test_a_statement_about_something_else_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, _of_another(tmp_path / "stated.json", b"\7" * 32))
    with pytest.raises(UsageError, match=r"acts.json, act 1: the signer's statement in it is about something else"):
        read_signed(path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda one: one.update(role="vice chair"), "no act is about"),
        (lambda one: one.update(meaning="owner"), "no act is about"),
        (lambda one: one.pop("format"), "a document in it cannot be read"),
    ],
)
def test_an_altered_statement_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object], why: str) -> None:
    path = written(tmp_path, approval(tmp_path / "stated.json"))
    value = json.loads(path.read_text())
    [statement] = [one for one in value["documents"] if one["document"]["kind"] == "signing-statement"]
    change(statement["document"])
    path.write_text(json.dumps(value))
    with pytest.raises(UsageError, match=why):
        read_signed(path)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (("approver", None, "x.json"), "go together"),
        ((None, "chair", "x.json"), "go together"),
        (("approver", "chair", None), "go together"),
        (("approver", "Dr. Maria Schmidt", "x.json"), "name the office, not the person"),
        (("approver", "m.schmidt@example.org", "x.json"), "name the office, not the person"),
        (("approver", "c" * 121, "x.json"), "more than 120 characters"),
    ],
)
def test_what_is_typed(typed: tuple[str | None, str | None, str | None], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        meant_by(*typed)


def test_what_may_be_typed() -> None:
    assert meant_by(None, None, None) is None
    assert meant_by("reviewer", "c" * 120, "x.json") == Meant("reviewer", "c" * 120, Path("x.json"))
    with pytest.raises(UsageError, match="role"):
        with_statement(attest(PARTY, AttestationKind.REVIEW, TRIAL, "r"), Meant("reviewer", "  ", Path("x.json")))
