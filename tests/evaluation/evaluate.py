"""Scores the comparison of outcomes against human ratings and writes docs/evaluation.md.

On the development share everything learnt is scored on trials that it was not learnt from; `--learn` also writes the
shipped weights anew; where those of `same` change, twice, since other features use them. On any other share the
shipped weights are scored as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from answer_table import as_table, often_wrong
from learning import FOLDS, SEEDS, Floats, Held, best_threshold, judged, learn, out_of_fold
from scores import Score, best_on_itself, score
from shares import Shares, read_shares
from tasks import Row, Task, tasks_of
from verdicts import PUBLISHED, VERSIONS, Aims, Said, Seen, answers, answers_at, of_published, of_versions, thresholds

from trialseal.errors import TrialsealError
from trialseal.outcomes.learnt import Name, model, read_model

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "trialseal" / "outcomes" / "learnt.json"
MEASURED = ROOT / "src" / "trialseal" / "outcomes" / "measured.json"
NOTES = Path(__file__).parent / "notes.md"
"""What was missed, tried and looked at on the development share, put before the figures."""
PAPERS = Path(__file__).parent / "papers" / "section.md"
"""What `whole_papers.py` wrote of whole articles."""
REPORT = ROOT / "docs" / "evaluation.md"
DATA = ROOT.parent / "shared" / "data" / "outcome-changes"
_WORST = 6
# The models whose thresholds decide what the commands say, and the cases on which these are chosen.
_ANSWERED = {"versions-any": ("versions", VERSIONS), "published-any": ("confirmed", PUBLISHED)}
# The kinds of registry text help one another to learn: each model's rows come from both.
_TOGETHER = {"versions-any": "phases-any", "versions-major": "phases-major"}
_TOGETHER |= {other: one for one, other in _TOGETHER.items()}


class Result(NamedTuple):
    """A task's scores."""

    task: Task
    scored: Score
    lexical: Score
    always: Score
    probabilities: Floats
    """One column a case; one line a seed, or one line where nothing was learnt."""
    said: Floats
    """The answers, 0 or 1, in the same shape."""
    held: list[Held]
    """Where something was learnt, the models of each seed."""


def main() -> int:
    """Scores, prints, writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--learn", action="store_true", help="write the shipped weights anew (development share only)")
    given = parser.parse_args()
    try:
        shares = read_shares(given.folder)
    except TrialsealError as error:
        print(error, file=sys.stderr)
        return 3
    tasks = dict(tasks_of(shares))
    results = {key: _scored(key, task, tasks, shares) for key, task in tasks.items()}
    verdicts = _verdicts(shares, results)
    report = written(shares, results, verdicts)
    REPORT.write_text(report, encoding="utf-8")
    print(report)
    if shares.is_development:
        MEASURED.write_text(json.dumps(often_wrong(verdicts), indent=1) + "\n", encoding="utf-8")
    if given.learn and shares.is_development:
        WEIGHTS.write_text(_as_lines(_learnt(tasks, results, verdicts)), encoding="utf-8")
    return 0


def _verdicts(shares: Shares, results: dict[str, Result]) -> dict[str, Said]:
    """The answers of the commands, by the key of the cases."""
    found: dict[str, Said] = {}
    for key, cases in (("versions", shares.versions), ("phases", shares.phases)):
        if cases:
            seen = of_versions(cases, _by_seed(results, key, "versions"))
            # The commands know one threshold, chosen on versions.
            on = found["versions"].seen if "versions" in found else seen
            found[key] = _answered(seen, VERSIONS, "versions-any", shares, on)
    if shares.published:
        for key, confirmed in (("confirmed", True), ("unconfirmed", False)):
            seen = of_published(shares.published, _by_seed(results, "published", "published"), confirmed=confirmed)
            found[key] = _answered(seen, PUBLISHED, "published-any", shares)
    return found


def _by_seed(results: dict[str, Result], key: str, name: str) -> list[dict[str, Held]]:
    """For each seed the models that judge a trial, by their names; one empty entry for those that are shipped."""
    some, major = results[f"{key}-any"].held, results[f"{key}-major"].held
    return [{f"{name}-any": one, f"{name}-major": other} for one, other in zip(some, major, strict=True)] or [{}]


def _answered(seen: Seen, aims: Aims, name: Name, shares: Shares, chosen_on: Seen | None = None) -> Said:
    if shares.is_development:
        return answers(seen, aims, chosen_on)
    shipped = model(name)
    return answers_at(seen, shipped.threshold, shipped.sure)


def _scored(key: str, task: Task, tasks: dict[str, Task], shares: Shares) -> Result:
    asked = [k for k, row in enumerate(task.rows) if row is not None]
    rows: list[Row] = [row for row in task.rows if row is not None]
    labels, groups = [task.labels[k] for k in asked], [task.groups[k] for k in asked]
    if shares.is_development:
        extra = _cases(tasks.get(_TOGETHER.get(key, "")))
        some, held = out_of_fold(rows, labels, groups, task.recipe, extra)
        cuts = _cuts(some, labels, groups)
        own = dict(zip(groups, map(float, cuts), strict=True))
        held = [one._replace(threshold=own) for one in held]
    else:
        held = []
        shipped = model(task.name)
        some = np.array([[shipped.judge(row).probability for row in rows]])
        cuts = np.full(len(rows), shipped.threshold)
    probabilities = np.zeros((len(some), len(task.rows)))
    said = np.zeros_like(probabilities)
    probabilities[:, asked] = some
    said[:, asked] = some >= cuts
    lines = len(some)
    flat = [bool(answer) for answer in said.ravel()]
    return Result(
        task,
        score(flat, task.labels * lines, task.groups * lines)._replace(
            cases=len(task.labels), positive=sum(task.labels)
        ),
        score(best_on_itself(task.baseline, task.labels), task.labels, task.groups),
        score([True] * len(task.labels), task.labels, task.groups),
        probabilities,
        said,
        held,
    )


def _cuts(probabilities: Floats, labels: Sequence[bool], groups: Sequence[str]) -> Floats:
    """For each case the threshold that is best on the cases of other groups."""
    names = sorted(set(groups))
    fold = {name: place % FOLDS for place, name in enumerate(names)}
    cuts = np.zeros(len(labels))
    for number in range(FOLDS):
        others = [k for k, group in enumerate(groups) if fold[group] != number]
        mine = [k for k, group in enumerate(groups) if fold[group] == number]
        if mine:
            cuts[mine] = best_threshold(probabilities[:, others], [labels[k] for k in others])
    return cuts


def _cases(task: Task | None) -> tuple[list[Row], list[bool], list[str]] | None:
    if task is None:
        return None
    asked = [k for k, row in enumerate(task.rows) if row is not None]
    return (
        [row for row in task.rows if row is not None],
        [task.labels[k] for k in asked],
        [task.groups[k] for k in asked],
    )


def _learnt(tasks: dict[str, Task], results: dict[str, Result], verdicts: dict[str, Said]) -> dict[str, Any]:
    """All models, each learnt from every case, with the thresholds that are best out of fold."""
    models: dict[str, Any] = {}
    for key, task in tasks.items():
        if key.startswith("phases"):
            continue
        rows, labels, _ = _cases(task) or ([], [], [])
        asked = [k for k, row in enumerate(task.rows) if row is not None]
        threshold = best_threshold(results[key].probabilities[:, asked], labels)
        if more := _cases(tasks.get(_TOGETHER.get(key, ""))):
            rows, labels = rows + more[0], labels + more[1]
        models[task.name] = learn(rows, labels, task.recipe, threshold)
        if answered := _ANSWERED.get(key):
            seen = verdicts[answered[0]].seen
            chosen = thresholds(seen, np.ones(len(seen.labels), dtype=bool), answered[1])
            models[task.name] |= dict(zip(("threshold", "sure"), chosen, strict=True))
        shipped = read_model(models[task.name])
        assert np.allclose(judged(models[task.name], rows[:3]), [shipped.judge(row).probability for row in rows[:3]])
    return models


def _as_lines(models: dict[str, Any]) -> str:
    """JSON with a line for each tree, so that a change of weights can be read."""
    parts = []
    for name, held in models.items():
        members = []
        for member in held["members"]:
            fields = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in member.items() if key != "trees"]
            if "trees" in member:
                trees = ",\n".join("    " + json.dumps(tree, separators=(",", ":")) for tree in member["trees"])
                fields.append(f'"trees": [\n{trees}\n   ]')
            members.append("   {" + ", ".join(fields) + "}")
        inside = ",\n".join(members)
        parts.append(
            f'  {json.dumps(name)}: {{"threshold": {held["threshold"]}, "sure": {held.get("sure", 1.0)},'
            f' "certain": {json.dumps(held.get("certain"))},\n'
            f'  "features": {json.dumps(held["features"])},\n'
            f'  "members": [\n{inside}]}}'
        )
    return "{\n" + ",\n".join(parts) + "\n}\n"


# ----- the report -----


def written(shares: Shares, results: dict[str, Result], verdicts: dict[str, Said]) -> str:
    """The report as Markdown."""
    how = (
        "Scored on the development share. Whatever is learnt, thresholds included, is scored on trials that it was not"
        f" learnt from: {SEEDS} times {FOLDS} folds, no trial (no group of pairs that share a text) in two of them."
        if shares.is_development
        else f"Scored on the share `{shares.name}`, with the weights that the library ships; nothing is learnt from it."
    )
    lines = [
        "# Evaluation",
        "",
        "How the comparison of outcomes agrees with published human ratings. Written by `make evaluate`.",
        "",
        *(NOTES.read_text(encoding="utf-8").splitlines() if shares.is_development else ()),
        *as_table(shares, verdicts),
        "",
        *PAPERS.read_text(encoding="utf-8").splitlines(),
        "",
        "## What was learnt",
        "",
        how,
        "Intervals are those of 95 % of the F1 over 2,000 resamplings of whole trials. `Words apart` calls a change"
        " what shares too few words, at the threshold that is best on these very data, which flatters it; `always`"
        " calls everything a change (the same).",
        "",
        "| question | cases | of them yes | precision | recall | F1 | 95 % | aim | words apart F1 | always F1 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for result in results.values():
        task, scored = result.task, result.scored
        aim = f"{task.aim:.2f}" if task.aim else ""
        lines.append(
            f"| {task.title} | {scored.cases} | {scored.positive} | {scored.precision:.2f} | {scored.recall:.2f} |"
            f" **{scored.f1:.2f}** | {scored.low:.2f} to {scored.high:.2f} | {aim} | {result.lexical.f1:.2f} |"
            f" {result.always.f1:.2f} |"
        )
    lines += ["", *_pointers(shares, results), "", "## Kinds of mistakes", ""]
    for result in results.values():
        lines += [*_mistakes(result), ""]
    return "\n".join(lines).rstrip() + "\n"


def _pointers(shares: Shares, results: dict[str, Result]) -> list[str]:
    cases = [case.pointer for case in (*shares.phases, *shares.versions)]
    answers = [
        bool(answer)
        for key in ("phases-any", "versions-any")
        if key in results
        for answer in results[key].said.max(axis=0)
    ]
    called = sum(answer for pointer, answer in zip(cases, answers, strict=True) if pointer)
    return [
        f"Texts in which raters saw only a pointer to results: {sum(cases)}; called a change: {called}.",
    ]


def _mistakes(result: Result) -> list[str]:
    task = result.task
    said = result.said.mean(axis=0)
    lines = [f"**{task.title}.** "]
    missed = [k for k, label in enumerate(task.labels) if label and said[k] < 0.5]
    alarms = [k for k, label in enumerate(task.labels) if not label and said[k] >= 0.5]
    lines[0] += f"{len(missed)} missed, {len(alarms)} called without the raters."
    kinds = Counter(kind for k, label in enumerate(task.labels) if label for kind in task.kinds[k])
    if kinds:
        gone = Counter(kind for k in missed for kind in task.kinds[k])
        named = ", ".join(f"{kind.replace('_', ' ')} {gone[kind]} of {count}" for kind, count in kinds.most_common())
        lines.append(f"Missed by the raters' kinds: {named}.")
    held = model(task.name)
    apart = np.abs(result.probabilities.mean(axis=0) - np.array(task.labels, dtype=float))
    worst = sorted([*missed, *alarms], key=lambda k: -apart[k])[:_WORST]
    if worst:
        lines += ["", "The worst, by what decided them:", ""]
    for k in worst:
        row = task.rows[k]
        raters = ", ".join(sorted(kind.replace("_", " ") for kind in task.kinds[k])) or (
            "yes" if task.labels[k] else "no"
        )
        if row is None:
            why = "nothing to judge: equal words, a pointer, or no words"
        else:
            up = not task.labels[k]
            reasons = [name for name, move in held.judge(row).reasons if (move > 0) == up][:3]
            why = ", ".join(reasons) or "nothing stands out"
        lines.append(f"- raters: {raters}; probability {result.probabilities[:, k].mean():.2f}, from: {why}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
