"""`sign --serve`: what the page says, who it answers, and what it signs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from trialseal.acts.attesting import attest
from trialseal.acts.signed import as_json, read_signed
from trialseal.acts.signing import unsigned
from trialseal.cli.signing.asked import asked_of, judged_words
from trialseal.cli.signing.serving import Signed, SigningPage, serving
from trialseal.errors import UsageError
from trialseal.folder.reading import of_bytes
from trialseal.ledger import accounts
from trialseal.ledger.accounts import WrongPassword
from trialseal.ledger.codes import AttestationKind, Decision
from trialseal.report.signing.page import Asked

KEY, PARTY, TRIAL = "0x" + "11" * 20, b"\1" * 32, b"\2" * 32
UNTIL = 2_000_000_000


def protocol(version: int, weeks: int) -> bytes:
    endpoint = {"id": "P1", "role": "primary", "domain": "Walking", "time_points": [{"value": weeks, "unit": "week"}]}
    return json.dumps(
        {
            "format": "trialseal/1", "kind": "protocol", "version": version,
            "titles": {"scientific": "Walking <b>again</b>"}, "endpoints": [endpoint],
        }
    ).encode()  # fmt: skip


def file_of(path: Path, key: str = KEY, deadline: int = UNTIL) -> Path:
    """A file of two approvals, one of a document that goes with it, that this key is to sign."""
    text, before = of_bytes("protocol.json", protocol(2, 26)), of_bytes("protocol-v1.json", protocol(1, 12))
    acts = [
        attest(PARTY, AttestationKind.APPROVAL, TRIAL, "a protocol", code=Decision.APPROVED, digest=text.digest,
               text=text, before=before),
        attest(PARTY, AttestationKind.APPROVAL, TRIAL, "<script>", code=Decision.APPROVED, digest=b"\3" * 32),
    ]  # fmt: skip
    path.write_text(json.dumps(as_json(unsigned(acts, 31337, key, deadline, [1, 2]), None)))
    return path


class Signs:
    """Who signs with the password 'right', and what was signed."""

    def __init__(self) -> None:
        self.signed: list[Sequence[int]] = []

    def __call__(self, numbers: Sequence[int], password: str) -> Signed:
        if password != "right":
            raise WrongPassword("the password is another one: try again")
        self.signed.append(numbers)
        return Signed("signed.json", len(numbers))


class Browser:
    """Asks the page as a browser does, or as something else does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.here = re.sub("(?<=[0-9])/.*", "", address)

    def __call__(self, form: dict[str, Any] | None = None, path: str = "", **headers: str) -> tuple[int, str]:
        data = None if form is None else urllib.parse.urlencode(form, doseq=True).encode()
        address = self.here + path if path else self.address
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data, sent), timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def served(path: Path, now: Callable[[], int] = lambda: 1) -> Iterator[tuple[Browser, SigningPage, Signs]]:
    signs, file = Signs(), read_signed(path)
    page = SigningPage(lambda: Asked(path.name, "chair", KEY, asked_of(file, now()), judged_words(file)), signs)
    with serving(page) as address:
        yield Browser(address), page, signs


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[tuple[Browser, SigningPage, Signs]]:
    with served(file_of(tmp_path / "acts.json")) as found:
        yield found


Found = tuple[Browser, SigningPage, Signs]


def test_the_page_says_what_each_act_states_and_what_its_document_says(asked: Found) -> None:
    status, page = asked[0]()
    assert status == 200
    assert "1. attest: approval, approved" in page and PARTY.hex() in page and TRIAL.hex() in page
    assert "Walking &lt;b&gt;again&lt;/b&gt;" in page and "<script" not in page and "<b>again" not in page
    assert "time points was 12 weeks, is 26 weeks" in page
    assert "which whoever made this file calls the one before" in page
    assert "holds no text for it" in page  # of the second
    assert page.count("type=checkbox name=act") == 2 and " checked" not in page
    assert "2033-05-18 03:33:20 UTC" in page


def test_only_what_is_ticked_is_signed_and_then_the_page_has_ended(asked: Found) -> None:
    browse, page, signs = asked
    assert "Nothing is ticked" in browse({"answer": "sign", "password": "right"})[1]
    assert "One act is signed" in browse({"answer": "sign", "password": "right", "act": ["1"]})[1]
    assert signs.signed == [[1]] and page.wait(1) == Signed("signed.json", 1)
    assert "This page has ended" in browse()[1]
    assert "This page has ended" in browse({"answer": "sign", "password": "right", "act": ["0"]})[1]
    assert signs.signed == [[1]]


def test_a_wrong_password_is_asked_again_and_what_was_ticked_stays(asked: Found) -> None:
    browse, page, signs = asked
    form = {"answer": "sign", "password": "wrong", "act": ["0"]}
    answer = browse(form)[1]
    assert "The password is another one: try again." in answer and answer.count(" checked") == 1
    assert "wrong" not in answer.replace("wrongly", "") and not signs.signed
    assert "2 acts are signed" in browse({**form, "password": "right", "act": ["0", "1"]})[1]
    assert page.wait(1).number == 2


def test_after_five_wrong_passwords_it_ends(asked: Found) -> None:
    browse, page, signs = asked
    form = {"answer": "sign", "password": "wrong", "act": ["0"]}
    for _ in range(4):
        assert "try again" in browse(form)[1]
    assert "Nothing was signed" in browse(form)[1]
    assert "has ended" in browse({**form, "password": "right"})[1] and not signs.signed
    with pytest.raises(UsageError, match="wrong 5 times: nothing was signed"):
        page.wait(1)


def test_no_is_an_answer_and_so_is_none(asked: Found, tmp_path: Path) -> None:
    browse, page, signs = asked
    assert "Nothing was signed" in browse({"answer": "refuse", "password": "right", "act": ["0"]})[1]
    with pytest.raises(UsageError, match="answered no"):
        page.wait(1)
    with served(tmp_path / "acts.json") as (late, waiting, _):
        with pytest.raises(UsageError, match="nobody answered in time"):
            waiting.wait(0.01)
        assert "has ended" in late({"answer": "sign", "password": "right", "act": ["0"]})[1]
    assert not signs.signed


@pytest.mark.parametrize(
    "form", [{"answer": "sign", "act": ["2"]}, {"answer": "sign", "act": ["-1"]}, {"act": ["0"]}, {"answer": "x"}]
)
def test_an_answer_that_no_form_of_ours_gives_signs_nothing(asked: Found, form: dict[str, Any]) -> None:
    browse, _, signs = asked
    assert "cannot be read" in browse({**form, "password": "right"})[1] and not signs.signed


@pytest.mark.parametrize(
    ("status", "path", "headers"),
    [
        (404, "/", {}),
        (404, "/0/", {}),
        (421, "", {"Host": "evil.example"}),
        (403, "", {"Origin": "http://evil.example"}),
        (403, "", {"Origin": "null"}),
        (403, "", {"Sec_Fetch_Site": "cross-site"}),
        (403, "", {"Sec_Fetch_Site": "same-site"}),
    ],
)
def test_nobody_else_is_answered(asked: Found, status: int, path: str, headers: dict[str, str]) -> None:
    browse, _, signs = asked
    for form in (None, {"answer": "sign", "password": "right", "act": ["0"]}):
        found, page = browse(form, path, **headers)
        assert found == status and TRIAL.hex() not in page
    assert not signs.signed


def test_a_form_from_a_link_is_refused_and_a_typed_address_is_not(asked: Found) -> None:
    browse, _, signs = asked
    assert browse(Sec_Fetch_Site="none")[0] == 200
    assert browse({"answer": "sign", "password": "right", "act": ["0"]}, Sec_Fetch_Site="none")[0] == 403
    assert browse({"x": "1" * (1 << 16)})[0] == 413
    assert browse({"answer": "refuse"}, Content_Type="text/plain")[0] == 415
    assert not signs.signed


def test_pages_are_not_kept_framed_or_sent_elsewhere(asked: Found) -> None:
    with urllib.request.urlopen(asked[0].address) as answer:
        headers = answer.headers
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy


def test_an_act_that_becomes_too_late_while_the_page_is_open_is_not_signed(tmp_path: Path) -> None:
    clock = [UNTIL]
    with served(file_of(tmp_path / "acts.json"), lambda: clock[0]) as (browse, _, signs):
        assert "that time is over" not in browse()[1]
        clock[0] += 1
        answer = browse({"answer": "sign", "password": "right", "act": ["0"]})[1]
        assert "Act 1 can no longer be recorded" in answer and "that time is over" in answer
        assert answer.count(" disabled") == 2 and not signs.signed


# ----- documents in the file -----


def altered(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v["documents"][0]["document"].update(version=3), 'no act is about protocol.json'),
        (lambda v: v["documents"][1]["document"].update(version=3), "the version before is not in the file"),
        (lambda v: v["documents"].append({"name": "x", "document": {"format": "trialseal/1"}}), "no act is about x"),
        (lambda v: v["documents"].append({"name": "x"}), "a document in it cannot be read"),
        (lambda v: v.update(documents=None), "a document in it cannot be read"),
        (lambda v: v["acts"][0].update(before="zz"), "the version before is not in the file"),
    ],
)  # fmt: skip
def test_a_document_that_no_act_states_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        read_signed(altered(file_of(tmp_path / "acts.json"), change))


def test_a_file_without_documents_is_read_as_before(tmp_path: Path) -> None:
    def without(value: dict[str, Any]) -> None:
        del value["documents"], value["acts"][0]["before"]

    file = read_signed(altered(file_of(tmp_path / "acts.json"), without))
    assert [one.act.document for one in file.acts] == [None, None]


# ----- the command -----


def test_the_command_serves_signs_and_leaves_documents_out(tmp_path: Path) -> None:
    home, signed = tmp_path / "home", tmp_path / "signed.json"
    key = accounts.new(home, "chair", "right", light=True)
    path = file_of(tmp_path / "acts.json", key)
    command = [sys.executable, "-m", "trialseal", "sign", str(path), "--account", "chair", "-o", str(signed)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSEAL")}
    environment["TRIALSEAL_HOME"] = str(home)
    with subprocess.Popen([*command, "--serve"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search("http://[^ \n]+", process.stdout.readline())
        assert found
        browse = Browser(found[0])
        assert "try again" in browse({"answer": "sign", "password": "wrong", "act": ["0"]})[1]
        assert not signed.exists()
        assert "One act is signed" in browse({"answer": "sign", "password": "right", "act": ["0"]})[1]
        assert process.wait(10) == 0
    file = read_signed(signed)
    assert [[one.key for one in act.signatures] for act in file.acts] == [[key]]
    assert "documents" not in json.loads(signed.read_text()) and signed.stat().st_mode & 0o777 == 0o600
    for words in (["--yes"], ["--signer", "http://127.0.0.1:1", "--key", key], ["--password-file", str(path)]):
        refused = subprocess.run([*command[:-1], str(tmp_path / "other"), "--serve", *words], env=environment,
                                 capture_output=True, text=True, check=False, timeout=20)  # fmt: skip
        assert refused.returncode == 3 and "on the page somebody reads" in refused.stderr
