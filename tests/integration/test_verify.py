"""What `verify` says of honest trials, of altered files, and of what other trials seal, on a real local chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from trials_on_chain import PartyOnChain, TrialOnChain, World
from verify_cases import Made, finding, made, one, regulator, run_honestly, sponsor, trial, w

from trialseal.documents.canonical import canonical_bytes, document_digest
from trialseal.report.trial.verdict import as_json
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status

__all__ = ["made", "regulator", "sponsor", "trial", "w"]


# ----- what holds -----


def test_honest_results_hold(w: World, trial: TrialOnChain, regulator: PartyOnChain) -> None:
    path = run_honestly(trial)
    trial.write("parties/regulator.json", regulator.profile)
    verdict = one(w, path, accreditors=[regulator.id])
    assert verdict.exit_code == 0, verdict
    holding = sum(one.status is Status.HOLDS for one in verdict.findings)
    assert verdict.sentence == (
        f"results.json is the results document of trial {trial.code} for endpoints P1 and S1 of protocol version 2 "
        f'and 1 post hoc result, sealed {w.day()} by a party that calls itself "Test sponsor" (vouched for as sponsor '
        f'by a party that calls itself "Test regulator"); {holding} checks hold, none fails, as of block '
        f"{w.chain.as_of().number:,} (chain 31337 is a devnet: its operator sets the clock)"
    )
    assert finding(verdict, "results-proven").status is Status.HOLDS
    assert finding(verdict, "endpoints-before-data").status is Status.HOLDS
    assert finding(verdict, "history-complete").status is Status.HOLDS
    assert json.loads(json.dumps(as_json(verdict)))["exit_code"] == 0


def test_every_file_of_an_honest_folder_is_known(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    found = {verdict.file.name: verdict for verdict in verify(w.chain, [trial.folder])}
    assert set(found) == {"protocol.json", "protocol-v1.json", "protocol-v2.json", "results.json", "sponsor.json"}
    assert all(verdict.exit_code == 0 for verdict in found.values())
    assert "is the profile of party" in found["sponsor.json"].sentence


def test_a_superseded_version_is_no_fault(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    verdict = one(w, trial.folder / "documents" / "protocol-v1.json")
    assert verdict.exit_code == 0
    assert "was followed by 1 version; the next, sealed" in finding(verdict, "version-standing").sentence


def test_key_order_and_white_space_of_a_document_do_not_matter(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = json.loads((trial.folder / "protocol.json").read_bytes())
    trial.write("protocol.json", canonical_bytes(dict(reversed(document.items()))))
    assert one(w, trial.folder / "protocol.json").exit_code == 0


# ----- other content -----


def test_altered_digit_of_an_endpoint(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = deepcopy(trial.versions[1])
    document["endpoints"][0]["time_points"][0]["value"] += 1
    verdict = one(w, trial.write("protocol.json", document))
    assert verdict.exit_code == 1
    assert "is not sealed here: it has other content than protocol version 1" in verdict.sentence
    assert "(first difference: endpoints[0].time_points[0].value was 12, is 13)" in verdict.sentence


def test_altered_byte_of_the_results(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    path.write_bytes(path.read_bytes().replace(b'"events": 3', b'"events": 2'))
    verdict = one(w, path)
    assert verdict.exit_code == 1
    assert "not sealed here: it has the name of results document 1" in verdict.sentence
    assert "but other content" in verdict.sentence


def test_unknown_file(w: World, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing of ours")
    verdict = one(w, tmp_path / "a.txt")
    assert (verdict.exit_code, verdict.sentence) == (
        1,
        "a.txt is not sealed here: no act that was shown carries its digest",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "only in line endings"),
        (lambda data: data.replace(b"\n", b"\r"), "only in line endings"),
        (lambda data: b"\xef\xbb\xbf" + data, "only in a byte order mark"),
        (lambda data: data + b"\n", "only in a trailing newline"),
        (lambda data: data.rstrip(b"\n"), "only in a trailing newline"),
        (
            lambda data: b"\xef\xbb\xbf" + data.rstrip(b"\n").replace(b"\n", b"\r\n"),
            "only in line endings, a byte order mark and a trailing newline",
        ),
        (lambda data: data.decode().encode("utf-16"), "only in the character encoding"),
    ],
)
def test_text_in_another_dress(w: World, trial: TrialOnChain, change: Callable[[bytes], bytes], words: str) -> None:
    trial.register()
    path = trial.write("documents/charter.txt", "Charter of the böard\n\nOne member may stop the trial.\n".encode())
    trial.seal(path, "charter")
    assert one(w, path).exit_code == 0
    path.write_bytes(change(path.read_bytes()))
    verdict = one(w, path)
    assert verdict.exit_code == 1
    assert verdict.sentence.startswith("charter.txt is not sealed here: differs from the file sealed ")
    assert verdict.sentence.endswith(words)


def test_json_laid_out_anew(w: World, trial: TrialOnChain) -> None:
    trial.register()
    path = trial.write("documents/registry.json", b'{"b": 1, "a": [1, 2]}')
    trial.seal(path, "other", document_digest({"b": 1, "a": [1, 2]}))
    assert one(w, path).sentence.endswith("only in key order or white space")
    other = trial.write("documents/other.json", b'{\n  "b": 1,\n  "a": 2\n}')
    trial.seal_again(other, "other", 2)
    other.write_bytes(b'{"b":1,"a":2}')
    assert one(w, other).sentence.endswith("only in white space")


def test_document_with_a_byte_order_mark(w: World, trial: TrialOnChain) -> None:
    trial.register()
    path = trial.folder / "protocol.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert one(w, path).sentence.endswith("only in a byte order mark")


# ----- other trials -----


def test_sealed_under_another_trial(w: World, made: Made) -> None:
    mine, other = made(), made()
    mine.register()
    other.register()
    verdict = one(w, mine.folder / "protocol.json", trial=other.id)
    assert verdict.exit_code == 1
    assert f"it is sealed, but under another trial ({mine.id.hex()[:8]}…)" in verdict.sentence


def test_digest_copied_by_a_thief_first(w: World, made: Made, sponsor: PartyOnChain, regulator: PartyOnChain) -> None:
    thief = w.party("Thief")
    theirs, mine = made(by=thief, code="COPIED"), made(code="COPIED")
    document = mine.document("protocol-v1.json")
    theirs.document = lambda name: deepcopy(document)  # type: ignore[method-assign]
    theirs.register()
    mine.register()
    elsewhere = mine.folder.parent / "protocol.json"
    elsewhere.write_bytes((mine.folder / "protocol.json").read_bytes())
    unsure = one(w, elsewhere)
    assert unsure.exit_code == 2
    assert finding(unsure, "this-trial").status is Status.UNDETERMINED
    for verdict in (
        one(w, elsewhere, trial=mine.id),
        one(w, elsewhere, accreditors=[regulator.id]),
        one(w, mine.folder / "protocol.json"),
    ):
        assert verdict.trial == mine.id
        assert finding(verdict, "this-trial").status is Status.HOLDS
        assert finding(verdict, "this-trial").facts[0].startswith(f"trial {theirs.id.hex()}")


def test_registry_number_claimed_twice(w: World, made: Made, regulator: PartyOnChain) -> None:
    thief = w.party("Thief")
    mine, theirs = made(number="NCT99999902"), made(by=thief, number="NCT99999902")
    for claiming in (mine, theirs):
        claiming.register()
        claiming.claim()
    verdict = one(w, mine.folder / "protocol.json")
    assert finding(verdict, "number-claimants").status is Status.UNDETERMINED
    assert "is claimed by 1 other trial too" in finding(verdict, "number-claimants").sentence
    assert any(theirs.id.hex() in fact for fact in finding(verdict, "all-counted").facts)
    vouched = one(w, mine.folder / "protocol.json", accreditors=[regulator.id])
    assert finding(vouched, "number-claimants").status is Status.HOLDS
    assert vouched.exit_code == 0
