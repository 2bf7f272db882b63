"""Where two documents first differ, and what a receipt tells of a text that was changed beyond what can be guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from recorded_acts import recorded
from trialseal.errors import FailedError
from trialseal.evidence import diagnosis as diagnosing
from trialseal.evidence.diagnosis import diagnose, first_difference
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.trials import TrialEvidence
from trialseal.folder.reading import read
from trialseal.folder.trial_folder import Surroundings
from trialseal.ledger.acts import Act, DocumentSealed
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.ledger.records import History, TrialState

TRIAL = b"\x11" * 32


class SealingChain:
    """A chain on which one trial sealed some digests; it counts what it is asked."""

    def __init__(self, *sealed: bytes, gap: str | None = None, own: tuple[bytes, ...] | None = None) -> None:
        self.asked = 0
        self.gap = gap
        self.own = sealed if own is None else own
        self._acts = tuple(
            DocumentSealed(
                trial=TRIAL, number=number, time=1_600_000_000, key="0x" + "ab" * 20, actor=b"\2" * 32, subject=digest,
                block=number, block_hash="0x00", transaction="0x00", kind=DocumentKind(8), version=number,
                blinding=Blinding(0), endpoint_root=bytes(32), endpoint_count=0,
            )
            for number, digest in enumerate(sealed, 1)
        )  # fmt: skip

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        wanted = set(subjects)
        self.asked += len(wanted)
        return {act.subject: [act] for act in self._acts if act.subject in wanted}

    def history(self, trial: bytes) -> History:
        if trial != TRIAL or not self._acts:
            raise FailedError("no such trial")
        state = TrialState(TRIAL, b"\2" * 32, 0, len(self._acts), bytes(32), {})
        return History(state, tuple(act for act in self._acts if act.subject in self.own), self.gap)

    def load(self, **what: object) -> None:
        """Everything is at hand."""


def diagnosis(path: Path, *sealed: bytes) -> str | None:
    evidence = FileEvidence(read(path), folder=Surroundings().folder_of(path))
    [words] = diagnose(SealingChain(*sealed), [evidence])  # type: ignore[arg-type]
    return words


@pytest.mark.parametrize("told", [{"gap": "1 act was shown, the contract counts 2"}, {"own": ()}])
def test_nothing_is_believed_of_a_log_that_the_trial_does_not_confirm(tmp_path: Path, told: dict[str, Any]) -> None:
    """The node shows a log about the file's text with other line ends; the trial's own digest does not hold it."""
    receipt(tmp_path, subject=sha256(b"a\n").hexdigest())
    (tmp_path / "f.txt").write_bytes(b"a\r\n")
    (tmp_path / "copy.txt").write_bytes(b"a\n")
    evidence = FileEvidence(read(tmp_path / "f.txt"), folder=Surroundings().folder_of(tmp_path / "f.txt"))
    [honest] = diagnose(SealingChain(sha256(b"a\n").digest()), [evidence])  # type: ignore[arg-type]
    assert "sealed 2020-09-13 only in line endings" in str(honest)
    [words] = diagnose(SealingChain(sha256(b"a\n").digest(), **told), [evidence])  # type: ignore[arg-type]
    assert "sealed 2020" not in str(words) and "only in" not in str(words)


def receipt(folder: Path, **members: Any) -> None:
    (folder / "receipts" / "1").mkdir(parents=True, exist_ok=True)
    value = {
        "format": "trialseal-receipt/1", "act": "seal", "number": 3, "trial": TRIAL.hex(), "party": "22" * 32,
        "key": "0x" + "33" * 20, "subject": "22" * 32, "details": {}, "document": "f.txt", "chain_id": 1,
        "contract": "0x" + "44" * 20, "transaction": "0x" + "55" * 32, "block": 1, "block_hash": "0x" + "66" * 32,
        "time": 1, "finality": "final",
    }  # fmt: skip
    (folder / "receipts" / "1" / "0003-seal.json").write_text(json.dumps(value | members))


@pytest.mark.parametrize(
    ("sealed", "given", "words"),
    [
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b was 1, is 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "b was 2, is not there"),
        ({"a": 1}, {"a": 1, "b": "x"}, 'b was not there, is "x"'),
        ({"a": [1, 2]}, {"a": [1]}, "a had 2 items, has 1"),
        ({"a": [1]}, {"a": [1, 2]}, "a had 1 items, has 2"),
        ({"a": 1}, {"a": True}, "a was 1, is true"),
        ({"a": 1}, {"a": 1.0}, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ([1], {"a": 1}, 'the document was [1], is {"a": 1}'),
        ([1], [], "the list had 1 items, has 0"),
        ({"a": "ä"}, {"a": "ä\u202e"}, 'a was "ä", is "\\u00e4\\u202e"'),
        ({"a": 12}, {"a": 123}, "a was 12, is 123"),
        ({"a": "x" * 99}, {"a": "\x1b[31m"}, f'a was "{"x" * 56}…", is "\\u001b[31m"'),
    ],
)
def test_first_difference(sealed: object, given: object, words: str | None) -> None:
    assert first_difference(sealed, given) == words


SEALED = b"a\nb\r\nc\n"  # mixed line ends, which nobody can guess


def test_mixed_line_ends_are_recognised_by_the_sealed_file_at_hand(tmp_path: Path) -> None:
    receipt(tmp_path)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "original.txt").write_bytes(SEALED)
    (tmp_path / "f.txt").write_bytes(b"a\nb\nc\n")
    words = str(diagnosis(tmp_path / "f.txt", sha256(SEALED).digest()))
    assert "only in line endings, a byte order mark or trailing line ends" in words
    assert diagnosis(tmp_path / "f.txt", b"\7" * 32) is not None  # the same file, sealed by nobody, proves nothing
    assert "only in" not in str(diagnosis(tmp_path / "f.txt", b"\7" * 32))


def test_of_a_table_the_seal_document_beside_it_is_named(tmp_path: Path) -> None:
    """Its bytes are sealed by nobody: what the chain has is the digest of the seal document."""
    table, seal = tmp_path / "adsl.csv", tmp_path / "adsl.csv.seal.json"
    table.write_text("a\n1\n")
    assert diagnosis(table) is None
    seal.symlink_to(table)  # no ordinary file
    assert diagnosis(table) is None
    seal.unlink()
    seal.write_text("{}")
    words = str(diagnosis(table))
    assert words.startswith("its seal document, adsl.csv.seal.json, lies beside it: trialseal dataset verify says")
    (tmp_path / "adsl.csv.seal.json.seal.json").write_text("{}")
    assert diagnosis(seal) is None


def test_json_in_another_order_is_recognised_by_the_sealed_file_at_hand(tmp_path: Path) -> None:
    receipt(tmp_path)
    original = b'{"a":   2,\n\n"b": 1}'
    (tmp_path / "original.json").write_bytes(original)
    (tmp_path / "f.json").write_bytes(b'{"b": 1, "a": 2}')
    words = str(diagnosis(tmp_path / "f.json", sha256(original).digest()))
    assert "only in key order or white space" in words


@pytest.mark.parametrize("more", [0, 1])
def test_how_large_a_text_may_be_that_is_laid_out_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    given = b'{"a": 2, "b": 1}'
    monkeypatch.setattr(diagnosing, "_LARGEST_LAYOUT", len(given) - more)
    (tmp_path / "f.json").write_bytes(given)
    words = diagnosis(tmp_path / "f.json", sha256(b'{"a":2,"b":1}').digest())
    assert (words is None) is bool(more)


@pytest.mark.parametrize("member", ["text_digest", "canonical", "subject"])
def test_an_edited_receipt_does_not_make_other_content_a_matter_of_line_ends(tmp_path: Path, member: str) -> None:
    given = b'{"a": 2}'
    (tmp_path / "f.txt").write_bytes(given)
    receipt(tmp_path, subject=sha256(SEALED).hexdigest())
    honest = str(diagnosis(tmp_path / "f.txt", sha256(SEALED).digest()))
    assert "but other content" in honest and "which anyone could have edited" in honest
    for digest in (sha256(given), sha256(b'{"a":2}'), sha256(b'{"a": 2}\n')):
        receipt(tmp_path, **({"subject": sha256(SEALED).hexdigest()} | {member: digest.hexdigest()}))
        assert "only in" not in str(diagnosis(tmp_path / "f.txt", sha256(SEALED).digest()))


def test_receipt_of_another_chain_is_not_taken_at_its_word(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"x")
    receipt(tmp_path)
    assert diagnosis(tmp_path / "f.txt") == (
        "it has the name of the file that receipt 0003-seal.json is about, and no act that was shown seals that file"
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "trialseal-receipt/1"}', "[" * 5000, '{"format": 1'])
def test_broken_receipts_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "r.json").write_text(text)
    (tmp_path / "f.txt").write_bytes(b"x")
    assert diagnosis(tmp_path / "f.txt") is None


def test_thousands_of_files_are_not_looked_up_in_every_dress(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"a\nb\n")
    evidence = FileEvidence(read(tmp_path / "f.txt"))
    few, many = SealingChain(), SealingChain()
    diagnose(few, [evidence] * 200)  # type: ignore[arg-type]
    diagnose(many, [evidence] * 201)  # type: ignore[arg-type]
    assert few.asked > 0
    assert many.asked == 0


def test_fault_of_a_document_is_said(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(b'{"format": "trialseal/1", "a": 1, "a": 2}')
    assert "has the key 'a' twice" in str(diagnosis(tmp_path / "f.json"))


@pytest.mark.parametrize(
    ("sealed", "found", "words"),
    [
        (b"a\n", b"a", "a trailing newline"),
        (b"a\n", b"a\n\n", "a trailing newline"),
        (b"a\n", b"a\n\n\n", "trailing line ends"),
    ],
)
def test_how_many_newlines_trail(tmp_path: Path, sealed: bytes, found: bytes, words: str) -> None:
    receipt(tmp_path, subject=sha256(sealed).hexdigest())
    (tmp_path / "f.txt").write_bytes(found)
    said = str(diagnosis(tmp_path / "f.txt", sha256(sealed).digest()))
    assert f"only in {words}" in said


@pytest.mark.parametrize(("trials", "words"), [(1, "(01010101…)"), (2, "(01010101… and 1 more)"), (4, "… and 3 more)")])
def test_how_many_other_trials_sealed_it(tmp_path: Path, trials: int, words: str) -> None:
    (tmp_path / "f.txt").write_bytes(b"a")
    acts = tuple(
        recorded("DocumentSealed", sha256(b"a").digest(), trial=bytes([n]) * 32, kind=8, version=1)
        for n in range(1, trials + 1)
    )
    evidence = FileEvidence(read(tmp_path / "f.txt"), elsewhere=acts)
    [said] = diagnose(SealingChain(), [evidence])  # type: ignore[arg-type]
    assert "it is sealed, but under another trial" in str(said) and words in str(said)


BOM = b"\xef\xbb\xbf"
SEALED_ON = "differs from the file sealed 2020-09-13 only in "


@pytest.mark.parametrize(
    ("sealed", "found", "words"),
    [
        (b"a\nb\n", b"a\r\nb\r\n", "line endings"),
        (b"a\r\nb\r\n", b"a\nb\n", "line endings"),
        (b"a\rb\r", b"a\nb\n", "line endings"),
        (b"a\nb\n", b"a\rb\r", "line endings"),
        (b"a\nb\nc\n", b"a\nb\r\nc\r\n", "line endings"),  # what ends most lines counts
        (b"a\n", BOM + b"a\n", "a byte order mark"),
        (BOM + b"a\n", b"a\n", "a byte order mark"),
        (b"a", b"a\r\n", "a trailing newline"),
        (b"a\n\n", b"a", "trailing line ends"),
        (b"a\nb", b"a\nb\n\n\n\n", "trailing line ends"),
        (b"a\r\nb\r\n\r\n\r\n", b"a\nb\n\n\n", "line endings"),  # more than are guessed, but as many as are there
        (b"a\nb", b"a\r\nb\r\n", "line endings and a trailing newline"),
        (BOM + b"a\nb", b"a\r\nb\r\n", "line endings, a byte order mark and a trailing newline"),
        ("ä\n".encode(), "ä\n".encode("cp1252"), "the character encoding"),
        ("ä\n".encode(), "ä\n".encode("utf-16"), "the character encoding"),
        ("ä\n".encode(), b"\xfe\xff" + "ä\n".encode("utf-16-be"), "the character encoding"),
        ("ä\nb\n".encode(), "ä\r\nb\r\n".encode("cp1252"), "the character encoding and line endings"),
        (b'{"a":1,"b":2}', b'{"b": 2, "a": 1}', "key order or white space"),
        (b'{"a": 1, "b": 2}', b'{"a":1,"b":2}', "white space"),
        (b'{\n  "a": 1\n}', b'{"a":1}', "white space"),
        (b'{\n    "a": 1\n}\n', b'{"a":1}', "white space"),
        (b'{\n\t"a": 1\n}\n', b'{"a":1}', "white space"),
        (b'["\\u00e4"]', '["ä"]'.encode(), "white space"),
        (b'["\\u00e4", 1]\n', '["ä",1]'.encode(), "white space"),
        (b'{"a":1,"format":"trialseal/1"}', BOM + b'{"format": "trialseal/1", "a": 1}', "a byte order mark"),
    ],
)  # fmt: skip
def test_the_same_text_in_another_dress(tmp_path: Path, sealed: bytes, found: bytes, words: str) -> None:
    """All that differs is said, and no more."""
    (tmp_path / "f.txt").write_bytes(found)
    assert diagnosis(tmp_path / "f.txt", sha256(sealed).digest()) == SEALED_ON + words


@pytest.mark.parametrize(
    ("sealed", "found"),
    [
        (b"a\n", b"b\n"),
        (b"a\n\n\n", b"a\n"),  # so many nobody guesses
        (b"", b"\xff\xfe\x00"),  # no whole characters
        (b"a\x00", b"a\x00\n\xff\xfe"),
        (b'{"a":1}', b'{"a":1,}'),  # no JSON
        (b'"a"', b'"\\u0061"'),  # neither an object nor a list
    ],
)
def test_another_text_is_not_called_the_same(tmp_path: Path, sealed: bytes, found: bytes) -> None:
    (tmp_path / "f.txt").write_bytes(found)
    assert diagnosis(tmp_path / "f.txt", sha256(sealed).digest()) is None


@pytest.mark.parametrize(("size", "tried"), [((1 << 20), True), ((1 << 20) + 1, False)])
def test_large_json_is_not_laid_out_anew(tmp_path: Path, size: int, tried: bool) -> None:
    text = b"x" * (size - 4)
    (tmp_path / "f.json").write_bytes(b'["' + text + b'"]')
    words = diagnosis(tmp_path / "f.json", sha256(b'[\n  "' + text + b'"\n]').digest())
    assert words == (SEALED_ON + "white space" if tried else None)


def document(version: int, **members: Any) -> bytes:
    """A protocol in its canonical form, which is how it is sealed."""
    value = {"format": "trialseal/1", "kind": "protocol", "version": version} | members
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(("given", "of"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_a_document_is_held_against_its_own_version_else_the_latest(tmp_path: Path, given: int, of: int) -> None:
    receipt(tmp_path, document="else.txt")
    (tmp_path / "documents").mkdir()
    sealed = [document(n, title=f"t{n}") for n in (1, 2, 3)]
    others = [document(7, title="t7"), document(9).replace(b"protocol", b"sap")]
    for n, text in enumerate([*sealed, *others]):
        (tmp_path / "documents" / f"{n}.json").write_bytes(text)
    (tmp_path / "mine.json").write_bytes(document(given, title="x"))
    words = str(diagnosis(tmp_path / "mine.json", *(sha256(text).digest() for text in [*sealed, others[1]])))
    assert words == (
        f"it has other content than other document version {of}, sealed 2020-09-13 (first difference: "
        f'title was "t{of}", is "x")'
    )


def test_of_several_sealed_texts_the_one_that_differs_in_least_is_named(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"a\r\nb\r\n")
    both = diagnosis(tmp_path / "f.txt", sha256(b"a\nb").digest(), sha256(b"a\nb\n").digest())
    assert both == SEALED_ON + "line endings"


@pytest.mark.parametrize(("length", "whole"), [(58, True), (59, False)])
def test_long_values_are_shortened(length: int, whole: bool) -> None:
    said = str(first_difference({"a": "x" * length}, {"a": None}))
    assert said == (f'a was "{"x" * 58}", is null' if whole else f'a was "{"x" * 56}…", is null')


@pytest.mark.parametrize("alike", [0, 40, 49, 50, 51, 60, 5000])
def test_of_long_texts_what_differs_is_shown(alike: int) -> None:
    before, behind = "x" * alike, "x" * 5000
    said = str(first_difference({"a": f"{before}41{behind}"}, {"a": f"{before}61{behind}"}))
    old, new = said.removeprefix("a was ").split(", is ")
    assert "41" in old and "61" in new and old.startswith('"…') is (alike >= 50)  # the quotation mark is alike too
    assert max(len(old), len(new)) <= 60


def test_a_file_is_held_against_the_sealed_ones_that_are_verified_with_it(tmp_path: Path) -> None:
    """They lie in other folders, or in a bundle."""
    (tmp_path / "sealed").mkdir()
    (tmp_path / "sealed" / "protocol.json").write_bytes(document(1, title="a"))
    (tmp_path / "sealed" / "text.txt").write_bytes(SEALED)
    beside = [read(one) for one in sorted((tmp_path / "sealed").iterdir())]
    chain = SealingChain(*(one.digest for one in beside))
    trial = TrialEvidence(chain.history(TRIAL), 1, is_devnet=False)
    known = [FileEvidence(one, trial) for one in beside]
    (tmp_path / "mine.json").write_bytes(document(1, title="b"))
    (tmp_path / "mine.txt").write_bytes(b"a\nb\nc\n")
    given = [FileEvidence(read(tmp_path / name)) for name in ("mine.json", "mine.txt")]
    of_document, of_text = diagnose(chain, given, known)  # type: ignore[arg-type]
    assert 'first difference: title was "a", is "b"' in str(of_document)
    assert "only in line endings, a byte order mark or trailing line ends" in str(of_text)


def test_a_party_s_profile_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"format": "trialseal/1", "kind": "party-profile", "legal_name": "A"}')
    said = "it is a party's profile, and no party of this trial has this profile on the chain"
    assert diagnosis(tmp_path / "f.json") == said


@pytest.mark.parametrize("sealed", ['{"a":1,"b":"%s"}', '{"a": 1,"b":"%s"}'])
@pytest.mark.parametrize(("more", "told"), [(-1, True), (0, True), (1, False)])
def test_json_of_more_than_a_mebibyte_is_not_laid_out_otherwise(
    tmp_path: Path, sealed: str, more: int, told: bool
) -> None:
    text = "x" * ((1 << 20) - 17 + more)
    given, copy = f'{{"b": "{text}", "a": 1}}', (sealed % text).encode()
    assert len(given) == (1 << 20) + more
    receipt(tmp_path, subject=sha256(copy).hexdigest())
    (tmp_path / "f.json").write_text(given)
    if " " in sealed:  # in that form it would not be guessed
        (tmp_path / "copy.json").write_bytes(copy)
    assert ("only in key order or white space" in str(diagnosis(tmp_path / "f.json", sha256(copy).digest()))) is told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"a\n" * 4 + b"b\r\n" * 3, "how it is written"),
        (b"a\n" * 3 + b"b\r\n" * 4, "line endings"),
        (b"a\n" * 3 + b"b\r" * 4, "line endings"),
    ],
)
def test_what_ends_most_lines_are_its_line_ends(tmp_path: Path, given: bytes, words: str) -> None:
    (tmp_path / "f.txt").write_bytes(given)
    plain = given.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert f"only in {words}" in str(diagnosis(tmp_path / "f.txt", sha256(plain).digest()))
