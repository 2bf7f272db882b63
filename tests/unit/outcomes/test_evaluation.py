"""The evaluation runs on any share, learns nothing from what is not the development share, and repeats no row."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "evaluation"))

import evaluate  # noqa: E402
from scores import best_on_itself, score  # noqa: E402
from shares import read_shares  # noqa: E402
from verdicts import Aims, Seen, thresholds  # noqa: E402

SECRET = "zygomorphic fluorescence of the left pangolin"


def _text(measure: str, frame: str = "6 weeks") -> list[dict[str, str]]:
    return [{"section": "Primary Outcome Measures:", "label": "1.", "text": f"{measure}\n[ Time Frame: {frame} ]"}]


def _write(folder: Path, stem: str, rows: list[dict[str, object]]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{stem}.holdout.jsonl").write_text(lines, encoding="utf-8")


@pytest.fixture
def share(tmp_path: Path) -> Path:
    versions = [
        {
            "trial_id": f"T{number}",
            "phase": "recruitment",
            "primary_before": _text(SECRET),
            "primary_after": _text("Overall survival" if number % 2 else f"{SECRET} (ZFP)"),
            "secondary_before": None,
            "secondary_after": [],
            "labels": ["new_primary", "primary_omitted"] if number % 2 else [],
        }
        for number in range(6)
    ]
    _write(tmp_path, "within_registry", versions)
    _write(
        tmp_path, "outcome_pairs", [{"a": SECRET, "b": SECRET, "same": True}, {"a": SECRET, "b": "OS", "same": False}]
    )
    papers = [
        {"trial_id": "T1", "registry_primary": _text(SECRET), "registry_secondary": None, "labels": ["a", "b"]},
        {
            "trial_id": "T2",
            "registry_primary": _text(SECRET),
            "registry_secondary": [],
            "publication_primary_quote": f"The primary outcome was {SECRET}.",
            "labels": [],
            "any_change": False,
            "major_change": False,
        },
    ]
    _write(tmp_path, "registry_vs_publication", papers)
    phases = [
        {
            "trial_id": "T1",
            "p_start": _text(SECRET),
            "p_last_recruitment": _text("[See Results Section.]"),
            "labels_recruitment": {"changes": [], "points_to_results": True},
            "labels_postcompletion": {"no_phase": True},
        }
    ]
    _write(tmp_path, "registry_phases", phases)
    return tmp_path


def test_a_share_is_scored_with_the_shipped_weights(
    share: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "evaluation.md"
    monkeypatch.setattr(evaluate, "REPORT", report)
    monkeypatch.setattr(evaluate, "MEASURED", tmp_path / "measured.json")
    monkeypatch.setattr(evaluate, "WEIGHTS", tmp_path / "weights.json")
    monkeypatch.setattr(sys, "argv", ["evaluate.py", str(share), "--learn"])
    assert evaluate.main() == 0
    text = report.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    assert "`holdout`" in text
    assert "| Registry versions: a major change | 6 | 3 | 1.00 | 1.00 | **1.00** |" in text
    assert "called a change: 0." in text
    assert "## What people see" in text
    assert not (tmp_path / "measured.json").exists()
    assert not (tmp_path / "weights.json").exists()
    assert "pangolin" not in text


def test_a_folder_without_ratings_is_said_to_be_one(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests" / "evaluation" / "evaluate.py"), str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 3
    assert "holds none of the ratings" in run.stderr
    assert "Traceback" not in run.stderr


def test_labels_decide_where_a_row_does_not_say(share: Path) -> None:
    cases = read_shares(share).versions
    assert [case.major for case in cases] == [False, True] * 3


def test_scores_are_those_of_the_textbook() -> None:
    found = score([True, True, False, False], [True, False, True, False], list("abcd"))
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert found.low <= 0.5 <= found.high
    assert best_on_itself([0.9, 0.1], [True, False]) == [True, False]


def test_weights_hold_no_words_of_trials() -> None:
    """Names of features, thresholds and weights alone."""
    weights = json.loads(evaluate.WEIGHTS.read_text(encoding="utf-8"))
    assert set(weights) == {"same", "versions-any", "versions-major", "published-any", "published-major"}
    for model in weights.values():
        assert set(model) == {"threshold", "sure", "certain", "features", "members"}
        for member in model["members"]:
            texts = [value for value in member.values() if isinstance(value, str)]
            assert texts in (["trees"], ["logistic"])


def test_a_phase_without_a_text_before_it_is_compared_with_the_last_text_that_there_was(tmp_path: Path) -> None:
    row: dict[str, object] = {
        "trial_id": "T1",
        "p_start": _text("Pain"),
        "p_last_recruitment": _text("Sleep"),
        "p_last_postcompletion": None,
        "p_last_postpublication": _text("Sleep"),
        "labels_recruitment": {"changes": ["new_primary"]},
        "labels_postpublication": {"changes": []},
    }
    _write(tmp_path, "registry_phases", [row])
    recruitment, published = read_shares(tmp_path).phases
    assert recruitment.before[0].measure == "Pain"
    assert published.before == published.after == recruitment.after


def test_a_threshold_counts_what_cannot_be_judged_as_given_to_a_reader() -> None:
    """Of ten changed cases five are not judged: at 0.4 nine are marked, of those that are judged four in five. Nothing
    holds above an even chance, though few changes were to be marked."""
    judged = np.array([[True] * 7 + [False] * 5])
    probability = np.array([[0.9, 0.9, 0.9, 0.4, 0.2, 0.3, 0.3] + [0.0] * 5])
    labels = np.array([True] * 5 + [False] * 2 + [True] * 5)
    nothing = np.zeros_like(judged)
    seen = Seen(probability, nothing, nothing, nothing, judged, labels, labels, [str(k) for k in range(12)])
    threshold, _ = thresholds(seen, np.ones(12, dtype=bool), Aims(0.9, 0.9))
    assert threshold == 0.4
    assert thresholds(seen, np.ones(12, dtype=bool), Aims(0.5, 0.9))[0] == 0.5
