"""The audit of consents on a real local chain: two sites, and one subject for each thing that may happen to it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import PROTOCOL, User, free_port

from trialseal.cli import main
from trialseal.documents.events import event_form
from trialseal.ledger import accounts
from trialseal.ledger.moments import iso_time
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.pseudonyms import pseudonym, site_key
from trialseal.streams.store import create_stream

PEOPLE = ("sponsor", "berlin", "vienna", "committee")
TRUSTED = ("--accredited-by", "Test committee")
SPONSOR, BERLIN, VIENNA = (("--account", name) for name in ("sponsor", "berlin", "vienna"))
FORMS = {"1.0": "Consent form, version 1.0 (fictitious)\n", "2.0": "Consent form, version 2.0 (fictitious)\n"}
DIGESTS = {version: sha256(text.encode()).hexdigest() for version, text in FORMS.items()}

# type, at, subject, then what the type asks for
BERLIN_CONSENTS = [
    ("consent-form-in-force", "2020-05-01", None,
     {"form_version": "1.0", "form_digest": DIGESTS["1.0"], "territory": "DE"}),
    ("consent", "2020-05-04", "lawful", {"status": "given", "form_version": "1.0"}),
    ("consent", "2020-05-08", "enrolled-first", {"status": "given", "form_version": "1.0"}),
    ("consent", "2020-05-10", "not-asked-again", {"status": "given", "form_version": "1.0"}),
    ("consent", "2020-06-01", "treated-on", {"status": "given", "form_version": "1.0"}),
    ("withdrawal", "2020-07-01", "treated-on", {"scope": "treatment"}),
    ("consent-form-in-force", "2020-09-01", None,
     {"form_version": "2.0", "form_digest": DIGESTS["2.0"], "territory": "DE", "protocol_version": "2"}),
    ("consent", "2020-09-10", "lawful", {"status": "given", "form_version": "2.0"}),
    ("consent", "2020-09-11", "enrolled-first", {"status": "given", "form_version": "2.0"}),
    ("consent", "2020-09-20", "outdated", {"status": "given", "form_version": "1.0"}),
]  # fmt: skip
BERLIN_CARE = [
    ("enrolment", "2020-05-05", "lawful", {}),
    ("enrolment", "2020-05-06", "enrolled-first", {}),
    ("enrolment", "2020-05-11", "not-asked-again", {}),
    ("enrolment", "2020-06-02", "treated-on", {}),
    ("dispensing", "2020-06-03", "treated-on", {"kit": "K-1"}),
    ("dispensing", "2020-07-15", "treated-on", {"kit": "K-2"}),
    ("participation-end", "2020-08-01", "treated-on", {"reason": "withdrawn"}),
    ("visit", "2020-09-10", "lawful", {"visit": "Week 18"}),
    ("visit", "2020-09-15", "not-asked-again", {"visit": "Week 18"}),
    ("enrolment", "2020-09-21", "outdated", {}),
]
VIENNA_ALL = [
    ("consent-form-in-force", "2020-05-01", None,
     {"form_version": "1.0", "form_digest": DIGESTS["1.0"], "territory": "AT"}),
    ("consent-form-in-force", "2020-05-01", None, {"form": "child", "form_version": "1.0"}),
    ("consent", "2020-05-02", "waived", {"status": "waived"}),
    ("enrolment", "2020-05-03", "waived", {}),
    ("consent", "2020-05-04T10:00+02:00", "deferred", {"status": "deferred"}),
    ("enrolment", "2020-05-04T10:20+02:00", "deferred", {}),
    ("consent", "2020-05-06", "deferred", {"status": "given", "form_version": "1.0"}),
    ("consent", "2020-05-19", "assenting",
     {"status": "assent", "form": "child", "form_version": "1.0", "representative": "parent"}),
    ("enrolment", "2020-05-20", "assenting", {}),
    ("consent", "2020-05-21", "erased", {"status": "given", "form_version": "1.0"}),
    ("enrolment", "2020-05-22", "erased", {}),
    ("visit", "2020-06-22", "erased", {"visit": "Week 4"}),
    ("participation-end", "2020-07-01", "waived", {"reason": "completed"}),
    ("participation-end", "2020-07-01", "deferred", {"reason": "completed"}),
    ("participation-end", "2020-07-01", "assenting", {"reason": "completed"}),
]  # fmt: skip


def table(path: Path, site: str, rows: list[tuple[str, str, str | None, dict[str, Any]]]) -> Path:
    """The events as the CSV file that a data manager appends; subjects by their numbers at the site."""
    columns = ["type", "id", "at", "subject", "site", *sorted({key for *_, more in rows for key in more})]
    lines = [",".join(columns)]
    for place, (type, at, subject, more) in enumerate(rows):
        row = {
            "type": type,
            "id": f"{site}-{place}",
            "at": at,
            "subject": subject or "",
            "site": site,
            **more,
        }
        lines.append(",".join(str(row.get(column, "")) for column in columns))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a devnet of its own, a sponsor, two sites and a committee."""
    path = tmp_path_factory.mktemp("home")
    (path / "password").write_text("correct horse")
    settings = {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(path / "password")}
    before = {name: os.environ.get(name) for name in (*settings, "TRIALSEAL_ACCOUNT")}
    os.environ.update(settings)
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    try:
        assert main(["devnet", "up", "--port", str(free_port())]) == 0
        for name in PEOPLE:
            accounts.new(path, name, "correct horse", light=True)
            assert main(["devnet", "fund", name]) == 0
        assert main(["deploy", *SPONSOR]) == 0
        for name in PEOPLE:
            assert main(["party", "create", "--name", f"Test {name}", "--account", name]) == 0
        yield path
    finally:
        main(["devnet", "down"])
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def run(*words: str | Path, code: int = 0) -> None:
    assert main([str(word) for word in words]) == code


@pytest.fixture(scope="module")
def trial(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole trial, with the stores of both sites in its folder."""
    folder = tmp_path_factory.mktemp("consents") / "trial"
    (folder / "documents").mkdir(parents=True)
    named = {"sponsor": "Test sponsor", "code": "CONSENT-1"}
    protocols = [json.loads(PROTOCOL.with_name(f"protocol-v{version}.json").read_text()) for version in (1, 2)]
    protocols[1]["amendment"]["reconsent_needed"] = True
    (folder / "protocol.json").write_text(json.dumps(protocols[0] | {"trial": named}))
    run("register", folder, *SPONSOR)
    (folder / "protocol.json").write_text(json.dumps(protocols[1] | {"trial": named}))
    run("amend", folder, *SPONSOR)
    for version, text in FORMS.items():
        file = folder / "documents" / f"icf-{version}.txt"
        file.write_text(text)
        run("seal", file, "--as", "icf", *SPONSOR)
        approved = {"1.0": "2020-04-20", "2.0": "2020-08-31"}[version]
        run("approve", folder, "--file", file, "--on", approved, "--account", "committee")
    for account, streams in (
        (BERLIN, {"consents": BERLIN_CONSENTS, "care": BERLIN_CARE}),
        (VIENNA, {"vienna": VIENNA_ALL}),
    ):
        site = {"berlin": "DE-01", "vienna": "AT-01"}[account[1]]
        for name, rows in streams.items():
            opening(folder, name, account)
            run(
                "events",
                "append",
                folder,
                name,
                table(folder.parent / f"{name}.csv", site, rows),
                "--before-registration",
            )
            run("events", "anchor", folder, name, *account)
    shutil.copytree(folder / "streams" / "vienna", folder.parent / "older" / "streams" / "vienna")
    reasons = (
        "--by",
        "data protection office",
        "--reason",
        "asked for by the subject",
        "--legal-basis",
        "GDPR 17(1)(b)",
        "--yes",
    )
    run("events", "forget", folder, "vienna", "erased", *reasons)
    run("events", "anchor", folder, "vienna", *VIENNA)
    return folder


def opening(folder: Path, name: str, account: tuple[str, str]) -> None:
    """Opens a site's stream, for which the sponsor appoints it."""
    run("events", "open", folder, name, *account, code=1)
    store = json.loads((folder / "streams" / name / "stream.json").read_text())
    run("appoint", folder, store["writer"], "--stream", store["stream"], *SPONSOR)
    run("events", "open", folder, name, *account)


@pytest.fixture
def user(home: Path, capsys: pytest.CaptureFixture[str]) -> User:
    return User(home, capsys)


def subjects(home: Path) -> dict[str, str]:
    """The subjects' pseudonyms, by what they stand for here."""
    key = site_key(home / "site-key", make=False)
    rows = (*BERLIN_CONSENTS, *BERLIN_CARE, *VIENNA_ALL)
    return {number: pseudonym(key, number) for _, _, number, _ in rows if number}


def test_each_subject_is_what_it_was_made_for(user: User, home: Path, trial: Path) -> None:
    value = user("consent", "audit", trial, *TRUSTED, "--json", code=1).value
    names = {pseudonym: number for number, pseudonym in subjects(home).items()}
    found = {(names.get(one["subject"]), one["rule"]): one for one in value["findings"]}
    failing = {key: one["sentence"] for key, one in found.items() if one["status"] == "fails"}
    assert set(failing) == {
        ("enrolled-first", "consent-before-enrolment"),
        ("outdated", "consent-version"),
        ("not-asked-again", "asked-again"),
        ("treated-on", "treated-after-withdrawal"),
    }
    assert failing["treated-on", "treated-after-withdrawal"] == (
        "they withdrew from treatment on 2020-07-01, and were treated on 2020-07-15: is a later consent recorded?"
    )
    lawful = {key for key, one in found.items() if one["status"] == "holds"}
    assert {(name, "consent-before-enrolment") for name in ("lawful", "waived", "deferred", "assenting")} <= lawful
    assert ("lawful", "asked-again") in lawful
    unclear = [(one["rule"], one["site"]) for one in value["findings"] if one["status"] == "undetermined"]
    assert unclear == [("consent-readable", None), ("form-approved", "AT-01")]  # the child's form has no digest
    untrusted = user("consent", "audit", trial, "--json", code=1).value["findings"]
    approved = [one for one in untrusted if one["rule"] == "form-approved"]
    assert {one["status"] for one in approved} == {"undetermined"}
    assert "none by a party whose word you trust" in approved[-1]["sentence"]
    assert found["erased", "consent-readable"]["sentence"].startswith(
        "their entries were erased and cannot be read: 1 consent, 1 enrolment, 1 visit (entry 15 of stream vienna)"
    )
    assert (value["enrolled"], value["erased"], value["unseen"], value["not_anchored"]) == (8, 1, None, {})
    assert value["finding"]["status"] == "fails"


def test_the_words_of_the_audit(user: User, home: Path, trial: Path) -> None:
    out = user("consent", "audit", trial, code=1).out
    as_of, first, *_ = out.splitlines()
    assert as_of.startswith("as of block ") and "vouched for by this node, which is your own" in as_of
    assert first.startswith("fails        ") and " at site DE-01: " in first and " [entry " in first
    assert out.count("\nfails ") == 4
    assert "8 enrolled participants, and 1 that was erased" in out
    assert "erased entries, which can no longer be read in these streams: 1 consent, 1 enrolment, 1 visit" in out
    assert "is a devnet: its operator sets the clock" in out
    assert "holds" in user("consent", "audit", trial, "--all", code=1).out
    assert not any(number in out for number in subjects(home) if "-" in number)


def test_each_open_finding_has_proofs_that_verify(user: User, trial: Path, tmp_path: Path) -> None:
    answer = user("consent", "audit", trial, "--proofs", tmp_path / "proofs", "--json", code=1).value
    files = [Path(name) for name in answer["proofs"]]
    assert len(files) >= 8
    user("events", "verify", *files)
    [failing] = [one for one in answer["findings"] if one["rule"] == "asked-again" and one["status"] == "fails"]
    proven = failing["entries"][0]
    proof = json.loads((tmp_path / "proofs" / f"{proven['stream']}-{proven['index']}.json").read_text())
    assert (proven["proof"], proven["root"], proven["size"]) == (proof["proof"], proof["root"], proof["size"])
    assert proof["event"]["visit"] == "Week 18"


def test_table_and_plot(user: User, trial: Path, tmp_path: Path) -> None:
    import pandas as pd

    user("consent", "audit", trial, "--csv", tmp_path / "f.csv", "--plot", tmp_path / "plot.svg", code=1)
    frame = pd.read_csv(tmp_path / "f.csv")
    assert frame.groupby("status").size()["fails"] == 4
    assert frame[frame.status == "fails"]["at"].min() == "2020-05-06"
    svg = (tmp_path / "plot.svg").read_text()
    assert "enrolled: 8" in svg and "fails: 4" in svg
    user("consent", "audit", trial, "--plot", tmp_path / "again.svg", code=1)
    assert (tmp_path / "again.svg").read_text() == svg
    assert "ends in .svg" in user("consent", "audit", trial, "--plot", tmp_path / "plot.png", code=3).err


def test_with_one_site_alone_what_is_not_found_is_undetermined(
    user: User, home: Path, trial: Path, tmp_path: Path
) -> None:
    (tmp_path / "streams").mkdir()
    shutil.copytree(trial / "streams" / "care", tmp_path / "streams" / "care")
    value = user("consent", "audit", tmp_path, "--json", code=2).value
    assert value["unseen"] == "2 opened streams are not given"
    assert not [one for one in value["findings"] if one["status"] == "fails"]
    value = user("consent", "audit", tmp_path, "--consents-at-hand", "--json", code=1).value
    assert value["unseen"] is None
    (tmp_path / "same").symlink_to(trial)
    value = user("consent", "audit", tmp_path / "same", "--folder", trial, "--json", code=1).value
    assert (value["unseen"], value["enrolled"]) == (None, 8)  # the store named twice is one
    assert "stream care is given twice" in user("consent", "audit", trial, "--folder", tmp_path, code=3).err
    shutil.rmtree(tmp_path / "streams" / "care")
    (tmp_path / "streams" / "care").symlink_to(trial / "streams" / "care")
    refused = user("consent", "audit", tmp_path, code=1).err
    assert "lies behind a link, which is not followed: name its own folder" in refused
    assert "holds neither a protocol nor streams" in user("consent", "audit", home, code=3).err
    assert "name the folders that hold the stores" in user("consent", "audit", value["trial"], code=3).err


def test_a_check_of_the_trial_tells_the_audit_and_names_nobody(user: User, home: Path, trial: Path) -> None:
    record = PROTOCOL.with_name("ctgov-v2.json")
    answer = user("check", record, "--network", "devnet", "--folder", trial, *TRUSTED, "--json", code=None)
    assert '"the consents of 8 enrolled participants and 1 erased: 4 fail, 2 cannot be determined' in answer.out
    assert not any(pseudonym in answer.out for pseudonym in subjects(home).values())


def test_an_older_copy_of_a_store(user: User, trial: Path) -> None:
    """It lacks what was anchored since; and it still holds what was forgotten since, which no copy can be told."""
    value = user("consent", "audit", trial.parent / "older", "--consents-at-hand", "--json", code=2).value
    assert value["unseen"] == "the store of stream vienna holds 15 of its 16 anchored entries"


def test_what_is_not_anchored_is_named(user: User, trial: Path, tmp_path: Path) -> None:
    late = [
        ("consent", "2020-09-25", "late", {"status": "given", "form_version": "2.0"}),
        ("enrolment", "2020-09-26", "late", {}),
    ]
    opening(trial, "late", BERLIN)
    user("events", "append", trial, "late", table(tmp_path / "late.csv", "DE-01", late), "--before-registration")
    out = user("consent", "audit", trial, code=1).out
    assert "not anchored yet, so that nothing binds it: the last 2 entries of stream late" in out
    assert "but entry 1 of stream late is not anchored yet" in out


def test_a_store_that_others_made_cannot_write_lines_of_the_report(user: User, trial: Path, tmp_path: Path) -> None:
    id = json.loads((trial / "streams" / "vienna" / "stream.json").read_text())["trial"]
    made = StreamConfig(bytes.fromhex(id), b"\2" * 32, "made", b"\3" * 32, 0, 0)
    stream = create_stream(tmp_path / "made" / "streams" / "made", made)
    about = {"format": "trialseal/1", "kind": "event", "subject": "ab" * 16, "site": "X"}
    for number, members in enumerate(
        (
            {"type": "enrolment", "at": "2020-05-03"},
            {"type": "consent", "at": "2020-05-01", "status": "given", "form_version": "1\nholds \x1b[2Kall is well"},
            {"type": "consent", "at": "2020-05-01", "status": ["given"]},
        )
    ):
        event = about | members | {"id": f"E-{number}"}
        stream.append([Row(event["id"], about["subject"], event_form(event))])
        if number == 1:
            words = user("consent", "audit", trial, "--folder", tmp_path / "made", "--all", code=1).out
            assert "all is well" in words
            assert "\x1b" not in words
            assert not [one for one in words.splitlines() if "all is well" in one and "participant" not in one]
    refused = user("consent", "audit", trial, "--folder", tmp_path / "made", code=1)
    assert "entry 2 of stream made: status is ['given']" in refused.err


@pytest.mark.parametrize(
    ("before", "after", "entry"),
    [
        (b"2020-05-08", b"2020-05-03", 2),
        # Made to look like something that an audit of consents does not read.
        (b'"type":"withdrawal"', b'"type":"randomised"', 5),
        (b'"type":"withdrawal"', b'"type":"deviation" ', 5),
    ],
)
def test_a_store_edited_by_hand(
    user: User, trial: Path, tmp_path: Path, before: bytes, after: bytes, entry: int
) -> None:
    shutil.copytree(trial / "streams", tmp_path / "streams")
    log = tmp_path / "streams" / "consents" / "entries.ndjson"
    log.write_bytes(log.read_bytes().replace(before, after, 1))
    err = user("consent", "audit", tmp_path, code=1).err
    assert f"entry {entry}, in line {entry + 1}, is not what was appended" in err


def test_a_mistyped_consent_is_corrected_and_judged_by_what_stands(
    user: User, home: Path, trial: Path, tmp_path: Path
) -> None:
    """The consent of 2020-05-08 was given on 2020-05-05; the withdrawal of another participant was never made."""
    members = "corrects,corrected_by,corrected_at,correction_source,correction_reason"
    how = "CRC-2,{at},source-data-verification,the day was that of the call"

    def appended(stream: str, lines: list[str], code: int = 0) -> str:
        file = tmp_path / "corrections.csv"
        file.write_text(f"type,id,at,subject,site,status,form_version,{members}\n" + "\n".join(lines) + "\n")
        return user("events", "append", trial, stream, file, "--before-registration", code=code).err

    def failing(*options: str, code: int) -> dict[tuple[str, str], dict[str, Any]]:
        value = user("consent", "audit", trial, "--json", *options, code=code).value
        names = {pseudonym: number for number, pseudonym in subjects(home).items()}
        open_ = [one for one in value["findings"] if one["status"] == "fails"]
        return {(names[one["subject"]], one["rule"]): one for one in open_}

    consent = ("enrolled-first", "consent-before-enrolment")
    treated = ("treated-on", "treated-after-withdrawal")
    given = "consent,C-1,2020-05-05,{},DE-01,given,1.0,{}," + how.format(at="2020-10-01T09:00Z")
    never = "entered-in-error,X-1,2020-10-01,{},DE-01,,,DE-01-5," + how.format(at="")
    assert {consent, treated} <= set(failing(code=1))
    assert "stream holds no such event" in appended("care", [given.format("waived", "AT-01-2")], code=1)
    assert "about another participant" in appended("consents", [given.format("lawful", "DE-01-2")], code=1)
    before = failing(code=1)
    appended("consents", [given.format("enrolled-first", "DE-01-2"), never.format("treated-on")])
    assert "which C-1 has corrected already" in appended(
        "consents", [given.replace("C-1", "C-2").format("enrolled-first", "DE-01-2")], code=1
    )
    user("events", "anchor", trial, "consents", *BERLIN)
    assert set(failing(code=1)) == set(before) - {consent, treated}
    everything = user("consent", "audit", trial, "--all", code=1).out
    assert "left out of the audit: 1 corrected, 1 entered in error" in everything
    assert "entry 10 of stream consents, which corrects entry 2" in everything
    heads = [json.loads(path.read_text()) for path in (trial / "streams/consents/receipts").glob("*/head-*.json")]
    last = max(one["time"] for one in heads)
    assert set(failing("--as-of", iso_time(last - 1), code=1)) == set(before)
    assert set(failing("--as-of", iso_time(last), code=1)) == set(before) - {consent, treated}
    audit = user("events", "audit", trial, code=None).out
    assert "corrected: 1; entered in error: 1 (what was written first stays, and counts no longer)" in audit
