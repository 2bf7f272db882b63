"""The boxes above pages: at most six sentences each, whose grade docs/words.md says as it is measured here."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from tests.unit.report.custody.test_custody_page import audited
from tests.unit.sharing.sharing_trials import History, seconds

from reading_ease import reading, syllables
from recorded_acts import recorded
from trialseal.cli import main
from trialseal.custody.audit import CustodyAudit
from trialseal.report.custody.page import custody_html
from trialseal.report.share.page import sharing_html
from trialseal.report.trial.plain_words import plain_words

__all__ = ["audited"]
ROOT = Path(__file__).parents[2]
FIRST_USE = ROOT / "trials" / "first-use"
HARDEST = 7.0  # what a pupil of 13 reads with ease
APRIL_30, DAY = 1_588_248_000, 86_400


def box(page: str) -> list[str]:
    """The sentences of a page's box, as a reader sees them."""
    [found] = re.findall(r'<section class="plain" [^>]*>(.*?)</section>', page, re.DOTALL)
    return [html.unescape(re.sub("<[^>]*>", "", one)) for one in re.findall(r"<p[^>]*>(.*?)</p>", found, re.DOTALL)]


def limits(page: str) -> list[str]:
    """What a summary page says before all else, without the command."""
    [found] = re.findall(r'<section class="limits" [^>]*>(.*?)</section>', page, re.DOTALL)
    said = [html.unescape(one) for one in re.findall(r"<p>([^<]*)</p>", found)]
    return [sentence for one in said for sentence in re.split(r"(?<=\.) ", one)]


def changed_trial() -> list[str]:
    acts = [
        recorded("TrialRegistered", number=1, time=APRIL_30),
        recorded("MilestoneRecorded", number=2, time=APRIL_30 + 4 * DAY, milestone=1, date=20200503),
        recorded("DocumentSealed", number=3, time=APRIL_30 + 30 * DAY, kind=1, version=2),
        recorded("DocumentSealed", number=4, time=APRIL_30 + 300 * DAY, kind=4, version=1),
        recorded("ResultReported", number=5, time=APRIL_30 + 300 * DAY, protocolVersion=0),
    ]
    endpoint = {"id": "P1", "role": "primary", "measurement_variable": "Death from any cause"}
    other = endpoint | {"measurement_variable": "Days in hospital"}
    return list(plain_words(acts, {1: {"endpoints": [endpoint]}, 2: {"endpoints": [other]}}, complete=True))


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory, audited: CustodyAudit) -> dict[str, list[list[str]]]:
    """By page, the boxes of examples that are as different as they come."""
    made = tmp_path_factory.mktemp("boxes")
    bundle, page = FIRST_USE / "received" / "trial.trialseal", made / "page.html"

    def of(*words: str | Path) -> str:
        page.unlink(missing_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TRIALSEAL_HOME", str(made / "home"))
            main([*map(str, words), "--html", str(page), "-q"])
        return page.read_text(encoding="utf-8")

    planned = {"role": "primary", "measure": "Systolic blood pressure", "time_frame": "12 weeks"}
    other = {"role": "primary", "measure": "Death from any cause", "time_frame": "1 year"}
    checks = [["--reported", FIRST_USE / "paper.txt"]]
    for name, outcomes in (("as-registered", [planned]), ("another", [other]), ("both", [planned, other])):
        reported = made / f"{name}.json"
        reported.write_text(json.dumps(outcomes))
        checks.append(["--reported", reported])
    lawful, odd = History(3), History(2)
    odd.permits.pop(0)
    odd.withdraws(3, day=90, reach="sharing")
    now = seconds(200)
    return {
        "timeline": [box(of("history", "NCT99999902", "--bundle", bundle)), changed_trial()],
        "check": [box(of("check", FIRST_USE / "NCT99999901.json", *one)) for one in checks],
        "bundle (summary page)": [limits(of("summary", bundle))],
        "products": [box(custody_html(audited, "a trial", "block 7"))],
        "sharing": [box(sharing_html(one.audit(), "a trial", "block 7", now)) for one in (lawful, odd)],
    }


def test_each_box_has_at_most_six_sentences_that_a_pupil_reads(boxes: dict[str, list[list[str]]]) -> None:
    rows = []
    for name, found in boxes.items():
        assert all(1 < len(one) <= 6 for one in found), name
        measured = reading([sentence for one in found for sentence in one])
        assert measured.grade <= HARDEST, (name, measured.grade, found)
        rows.append(f"| {name} | {measured.sentences} | {measured.words_a_sentence:.1f} | {measured.grade:.1f} |")
    assert "\n".join(rows) + "\n" in (ROOT / "docs" / "words.md").read_text(encoding="utf-8"), "\n".join(rows)


def test_the_grade_is_that_of_published_examples() -> None:
    """Of the sentence by which the measure is commonly explained: 13 words, 24 syllables, grade 11.3."""
    one = reading(["The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."])
    assert (one.words, one.syllables, round(one.grade, 1)) == (13, 24, 11.3)
    assert [syllables(word) for word in ("sealed", "people", "changes", "measure", "7")] == [1, 2, 2, 2, 1]
