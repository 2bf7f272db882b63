"""What is reported, from a manuscript or a file of outcomes; and letting an editor correct what was found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.documents.identifiers import date_code
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.files import SMALL, is_file, open_file, read_file
from trialseal.rules.finding import Fact
from trialseal.rules.trial_case import Report

if TYPE_CHECKING:
    from trialseal.manuscripts import Paper
    from trialseal.manuscripts.model import Manuscript
    from trialseal.manuscripts.reported_outcomes import ReportedOutcome, ReportedOutcomes
    from trialseal.outcomes.model import Outcome
    from trialseal.report.check.view import SourceView

# A running head or a journal's name has fewer words.
_LEAST_TITLE = 2


@dataclass
class ReportedSide:
    """The reported side of a check: what rules are given, and what the report shows beside."""

    report: Report
    sources: list[SourceView]
    paper: Paper | None = None
    quotes: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    written: str | None = None
    """The file to which the outcomes found were written."""

    def own_number(self) -> str | None:
        """The registry number that the paper gives as its own: the one named, or the first of those likely."""
        if self.paper is None:
            return self.report.numbers[0] if len(self.report.numbers) == 1 else None
        cited = [one for one in self.paper.numbers.found if not one.in_references_only and not one.another_trials]
        own = [one.number for one in cited if one.likely_own or len(cited) == 1]
        american = [number for number in own if number.startswith("NCT")]
        if len(american) > 1:
            raise UsageError(
                f"{self.report.source} names several registry numbers ({', '.join(american)}): say which is meant by "
                "giving its record, such as "
                f"{american[0]}.json"
            )
        return next(iter(american or own), None)


def reported_side(session: Session) -> ReportedSide | None:
    """What `--reported` and `--outcomes` give; None without them."""
    from trialseal.documents.canonical import read_document
    from trialseal.manuscripts.reported_outcomes import is_json, is_table, read_reported
    from trialseal.report.check.view import SourceView

    args = session.args
    if args.submitted:
        try:
            date_code(args.submitted)
        except UsageError as error:
            raise UsageError(f"--submitted: {error}") from None
    if not args.reported:
        for option in ("outcomes", "outcomes_out", "interactive", "stage", "revision"):
            if getattr(args, option):
                raise UsageError(f"--{option.replace('_', '-')} needs a manuscript: name it with --reported")
        return None
    path = args.reported
    if not is_file(path):
        raise UsageError(f"{path} is not a file: name a manuscript or a file of outcomes")
    if is_table(path) or (_is_small(path) and is_json(read_document(path))):
        reported = read_reported(path)
        if args.interactive:
            reported = reported.model_copy(update={"outcomes": _confirmed(session, reported.outcomes)})
        side = _of_outcomes(reported, path, args)
        side.sources.append(SourceView("reported", path, _counted(reported.outcomes)))
        if args.outcomes:
            raise UsageError("--outcomes corrects what was found in a manuscript: here --reported gives the outcomes")
        if args.outcomes_out:
            _write_outcomes(session, side, reported)
        return side
    return _of_manuscript(session, path)


def _is_small(path: str) -> bool:
    from trialseal.documents.canonical import MAX_DOCUMENT_BYTES

    with open_file(path) as file:
        head = file.read(64)
    return head.lstrip()[:1] in (b"{", b"[") or (
        head.startswith(b"\xef\xbb\xbf") and Path(path).stat().st_size <= MAX_DOCUMENT_BYTES
    )


def _of_outcomes(reported: ReportedOutcomes, path: str, args: object) -> ReportedSide:
    parts = [*getattr(args, "part", []), *reported.parts, *(one.part for one in reported.outcomes if one.part)]
    report = Report(
        source=Path(path).name,
        outcomes=tuple(_outcome(one) for one in reported.outcomes),
        quotes=tuple(dict.fromkeys(one.quote for one in reported.outcomes if one.quote)),
        numbers=reported.registry_ids,
        parts=tuple(dict.fromkeys(parts)),
        submitted=getattr(args, "submitted", None) or reported.submitted,
        stage=getattr(args, "stage", None),
        title=reported.title,
        revision=getattr(args, "revision", None),
        confirmed=not (unread := _unread(reported.outcomes)),
    )
    quotes = {one.measure: one.quote for one in reported.outcomes if one.quote}
    side = ReportedSide(report, [], quotes=quotes)
    if unread and not getattr(args, "outcomes", None):
        side.notices.append(_say_unread(path, unread, len(reported.outcomes)))
    if not reported.outcomes:
        side.notices.append(f"{path} states no outcomes: nothing could be compared")
    elif not any(one.role == "primary" for one in reported.outcomes):
        side.notices.append(f"{path} states no primary outcome")
    return side


def _outcome(one: ReportedOutcome) -> Outcome:
    from trialseal.outcomes.model import Outcome

    return Outcome(
        role=one.role,
        measure=one.measure,
        description=one.description or "",
        time_frame=one.time_frame or "",
        id=one.id,
        part=one.part,
        source=one.place or "",
        domain=one.domain,
        measurement_variable=one.measurement_variable,
        analysis_metric=one.analysis_metric,
        aggregation=one.aggregation,
    )


# ----- manuscripts -----


def _of_manuscript(session: Session, path: str) -> ReportedSide:
    from trialseal.cli.check.paper_remarks import remarks_on_kind, remarks_on_tracked_changes
    from trialseal.manuscripts import read_manuscript, read_paper
    from trialseal.manuscripts.reported_outcomes import read_reported
    from trialseal.report.check.view import SourceView

    args, out = session.args, session.out
    out.progress(f"reading {path} …")
    paper = read_paper(read_manuscript(path))
    found = _found(paper)
    corrected = None
    if args.outcomes:
        corrected = read_reported(args.outcomes)
    elif args.interactive:
        corrected = found.model_copy(update={"outcomes": _confirmed(session, found.outcomes)})
    counting = corrected or found
    unread = _unread(corrected.outcomes, found.outcomes) if corrected else []
    side = _of_outcomes(counting.model_copy(update={"registry_ids": found.registry_ids}), path, args)
    side.paper = paper
    said = _statements(paper, Path(path).name)
    passage = paper.passage(side.report.quotes)
    side.report = side.report._replace(
        searched=True,
        statements=said,
        explanations=tuple(
            Fact(f"“{one.quote}”", f"{Path(path).name}, {one.place}") for one in paper.on("outcome-changes")
        ),
        confirmed=corrected is not None and not unread,
        quotes=(passage,) if passage else side.report.quotes,
        title=_beginning(paper.manuscript),
    )
    detail = f"{paper.manuscript.format}, {_counted(counting.outcomes)}; read on this computer only"
    side.sources.append(SourceView("manuscript", path, detail))
    if args.outcomes:
        side.sources.append(SourceView("outcomes", args.outcomes, "as the reader gives them"))
    side.notices = [
        *paper.manuscript.notes,
        *remarks_on_tracked_changes(paper, path),
        *remarks_on_kind(paper, path),
        *_remarks(paper, found, side, corrected is not None),
    ]
    if unread:
        side.notices.append(_say_unread(args.outcomes, unread, len(counting.outcomes)))
    if args.outcomes_out:
        _write_outcomes(session, side, counting)
    if corrected is None and found.outcomes:
        where = f"correct them in {args.outcomes_out}" if args.outcomes_out else "write them with --outcomes-out FILE"
        again = escaping.argument(args.outcomes_out or "FILE")
        side.notices.append(
            f"the outcomes were found in {path} by patterns and nobody has confirmed them: {where}, write yes under "
            f"`confirmed` in each row that you read beside the manuscript, and check again with --outcomes {again}"
        )
    return side


def _beginning(manuscript: Manuscript) -> str | None:
    """The first line of several words: as a rule the title, and in any case what tells one manuscript from another."""
    return next((line.text for line in manuscript.lines[:20] if len(line.text.split()) > _LEAST_TITLE), None)


def _unread(given: Sequence[ReportedOutcome], found: Sequence[ReportedOutcome] = ()) -> list[ReportedOutcome]:
    """The rows that nobody says to have read: not marked, though patterns wrote them or other rows are marked."""
    marked = [one for one in given if one.confirmed]
    by_patterns = {one.model_copy(update={"confirmed": None}) for one in found}
    return [one for one in given if not one.confirmed and (marked or one in by_patterns or one.quote)]


def _say_unread(path: str, unread: Sequence[ReportedOutcome], whole: int) -> str:
    return (
        f"{len(unread)} of {count(whole, 'outcome')} in {path} are not marked as read: read each beside the manuscript "
        "and write yes under `confirmed` (no, or a deleted row, for what is not an outcome of it)"
    )


def _found(paper: Paper) -> ReportedOutcomes:
    from trialseal.documents.versions import FORMAT
    from trialseal.manuscripts.reported_outcomes import ReportedOutcome, ReportedOutcomes

    outcomes = tuple(
        ReportedOutcome(
            role=one.role,
            measure=one.measure,
            description=one.description or None,
            time_frame=one.time_frame or None,
            place=one.place,
            quote=one.quote,
            certain="yes" if one.certain else "no",
            domain=one.domain or None,
        )
        for one in paper.outcomes.outcomes
    )
    # Where it speaks of its registration, a number in its introduction is that of another trial.
    cited = [one for one in paper.numbers.found if not one.in_references_only and not one.another_trials]
    numbers = tuple(one.number for one in cited if one.likely_own) or tuple(one.number for one in cited)
    return ReportedOutcomes(format=FORMAT, kind="reported-outcomes", registry_ids=numbers, outcomes=outcomes)


def _statements(paper: Paper, name: str) -> dict[str, Fact]:
    """The first sentence on each subject, with its place."""
    said: dict[str, Fact] = {}
    for one in paper.statements:
        said.setdefault(one.subject, Fact(f"“{one.quote}”", f"{name}, {one.place}"))
    return said


def _remarks(paper: Paper, found: ReportedOutcomes, side: ReportedSide, corrected: bool) -> list[str]:
    name = side.report.source
    remarks = []
    if not found.outcomes:
        remarks.append(
            f"no sentence was found in {name} that states its outcomes"
            + (
                ""
                if corrected
                else ": write them into a CSV file (role, measure, time_frame) and give it as --outcomes"
            )
        )
    elif not any(one.role == "primary" for one in found.outcomes):
        remarks.append(f"no sentence was found in {name} that states its primary outcome")
    if not corrected:
        unsure = [one for one in paper.outcomes.outcomes if not one.certain]
        doubts = dict.fromkeys((one.quote, one.place, one.role) for one in unsure)  # one sentence may state several
        for quote, place, role in [*doubts][:3]:
            remarks.append(f"needs a reader: does {name} state “{quote}” ({place}) as its {role} outcome?")
        for sentence, place in paper.outcomes.unclear[:3]:
            remarks.append(f"needs a reader: “{sentence}” ({place}) names several roles at once")
    others = [
        one for one in paper.numbers.found if not one.in_references_only and one.number not in side.report.numbers
    ]
    if others:
        named = ", ".join(f"{one.number}, {one.places[0]}" for one in others[:3])
        remarks.append(f"{name} speaks of other trials too ({named}); they were not looked at")
    for one in paper.numbers.found:
        if one.written and not one.in_references_only:
            remarks.append(
                f"{name} writes {one.written} ({one.places[0]}), which the registry finds as {one.number}: is it meant?"
            )
    if not paper.numbers.found:
        remarks.append(f"no registry number was found in {name}")
    for text, place in paper.numbers.malformed[:3]:
        remarks.append(f"{name} has {text} ({place}), which looks like a registry number but is not one: check it")
    return remarks


def _write_outcomes(session: Session, side: ReportedSide, reported: ReportedOutcomes) -> None:
    from trialseal.files import write_bytes
    from trialseal.manuscripts.reported_outcomes import outcomes_csv, outcomes_json

    path = Path(session.args.outcomes_out)
    if session.args.outcomes and path.resolve() == Path(session.args.outcomes).resolve():
        raise UsageError(f"--outcomes-out would write over {path}, which --outcomes reads: name another file")
    if path.suffix.lower() == ".json":
        data = outcomes_json(reported)
    else:
        data = outcomes_csv(reported.outcomes, reported.registry_ids if side.paper is None else ())
    if not session.args.interactive:  # else it holds what was answered just now
        _require_unread(path, data)
    write_bytes(path, data)
    side.written = str(path)
    session.out.say(f"{_counted(reported.outcomes)} written to {path}")


def _require_unread(path: Path, data: bytes) -> None:
    """UsageError if a file there holds anything else than these outcomes: it may be a paper, or read by a person."""
    if is_file(path) and read_file(path, SMALL) not in (b"", data):
        raise UsageError(
            f"{escaping.path(path)} is there already, with other content, which somebody may have corrected or "
            "confirmed: it was left as it is; name another file"
        )


def _counted(outcomes: Sequence[ReportedOutcome]) -> str:
    primary = sum(1 for one in outcomes if one.role == "primary")
    whole = f"{len(outcomes)} outcome{'' if len(outcomes) == 1 else 's'}"
    return f"{whole}, {primary} of them primary" if outcomes else "no outcomes"


# ----- at the terminal -----

_KEYS = {"": "keep", "k": "keep", "d": "drop", "p": "primary", "s": "secondary", "o": "other", "e": "edit"}


def _confirmed(session: Session, outcomes: Sequence[ReportedOutcome]) -> tuple[ReportedOutcome, ...]:
    """Each outcome shown with its sentence and place, and what the reader makes of it."""
    if session.out.as_json or not sys.stdin.isatty():
        raise UsageError("--interactive asks at a terminal: without one, use --outcomes-out and --outcomes")
    say = session.out.say
    say("For each outcome: Enter keeps it, p, s or o changes its role, e its words, d drops it.")
    kept: list[ReportedOutcome] = []
    for number, one in enumerate(outcomes, 1):
        say("")
        say(f"{number} of {len(outcomes)}: {one.role}: {one.measure}")
        for words in (one.time_frame and f"when: {one.time_frame}", one.quote and f"“{one.quote}”", one.place):
            if words:
                say(f"    {words}")
        answer = _asked("keep [Enter] / p / s / o / e / d: ", _KEYS)
        if answer == "drop":
            continue
        if answer in ("primary", "secondary", "other"):
            one = one.model_copy(update={"role": answer})
        if answer == "edit":
            measure = _line("what is measured: ") or one.measure
            when = _line("when (Enter keeps it): ") or one.time_frame
            one = one.model_copy(update={"measure": measure, "time_frame": when})
        kept.append(one.model_copy(update={"confirmed": True}))
    while measure := _line("\nanother outcome that was not found (Enter: none): "):
        from trialseal.manuscripts.reported_outcomes import ReportedOutcome as Stated

        role = _asked("p / s / o: ", {"p": "primary", "s": "secondary", "o": "other"})
        stated = {"role": role, "measure": measure, "time_frame": _line("when: ") or None, "confirmed": True}
        kept.append(Stated.model_validate(stated))
    return tuple(kept)


def _asked(question: str, keys: dict[str, str]) -> str:
    while True:
        answer = _line(question).casefold()
        if answer in keys:
            return keys[answer]


def _line(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        raise UsageError("the input ended before all outcomes were confirmed: nothing was checked") from None
