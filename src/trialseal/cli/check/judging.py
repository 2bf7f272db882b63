"""What `check` judges: a trial's record, its history and what a paper reports, by all rules, as a report shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from trialseal.cli.check.sealed import consent_findings, record_snapshots, sealed_side
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.files import read_file
from trialseal.registries.numbers import read

if TYPE_CHECKING:
    from trialseal.cli.check.reported import ReportedSide
    from trialseal.registries.history import RegistryHistory
    from trialseal.report.check.view import CheckView, SourceView
    from trialseal.rules.trial_case import SealedTrial, TrialCase

_MAX_REPLY = 200_000
_MOST_PARTS = 12


def judged(
    session: Session,
    as_of: date,
    side: ReportedSide | None,
    registry: RegistryHistory | None,
    sources: Sequence[SourceView],
) -> CheckView:
    """All rules on what was brought of one trial, and the chain where it is asked, as a report shows them."""
    from trialseal.report.check.report import Brought, check_view
    from trialseal.rules.trial_catalogue import judge_trial

    args = session.args
    sealed, chain_source = sealed_side(session, registry, side)
    reply = _reply(args.reply) if args.reply else None
    chain_asked = bool(args.network or args.bundle)
    case = _case(as_of, registry, sealed, side, chain_asked=chain_asked, reply=reply)
    case = replace(case, consent=consent_findings(session, sealed), interventional=args.interventional)
    if chain_asked and registry:
        snapshots, gap = record_snapshots(session, registry)
        case = replace(case, snapshots=snapshots, snapshots_gap=gap)
    _require_named(args.part, case, side)
    sources = [*sources, *(side.sources if side else ()), chain_source]
    notices = [
        *(registry.notes if registry else ()),
        *_other_trial(case, side),
        *_parts(case),
        *(side.notices if side else ()),
    ]
    return check_view(
        case,
        judge_trial(case),
        Brought(
            tuple(sources),
            side.paper if side else None,
            side.quotes if side else {},
            tuple(notices),
            side.written if side else None,
            args.reply or "",
        ),
    )


def _require_named(parts: list[str], case: TrialCase, side: ReportedSide | None) -> None:
    """UsageError for a part that nothing names: what the paper is not about is asked of nobody, so it must exist."""
    from trialseal.rules.parts import unnamed_parts

    if not parts:
        return
    text = [line.text for line in side.paper.manuscript.lines] if side and side.paper else ()
    if unnamed := unnamed_parts(case, parts, text):
        raise UsageError(
            f"--part {unnamed[0]!r}: neither the record nor a protocol nor the manuscript names that part: write it as "
            f"the record does, such as {_named_parts(case)}"
        )


def _named_parts(case: TrialCase) -> str:
    """Parts that the record's outcomes name, to choose from; an example where they name none."""
    from trialseal.rules.outcome_sets import outcomes_of, parts_of

    history = case.registry
    named = sorted(
        {part for one in history.versions for part in parts_of(outcomes_of(history, one))} if history else ()
    )
    return ", ".join(f"'{one}'" for one in named[:_MOST_PARTS]) or "'phase 2'"


def _reply(path: str) -> str:
    try:
        text = read_file(path, 4 * _MAX_REPLY, too_large=": shorten the reply to what is answered").decode("utf-8-sig")
    except ValueError:
        raise UsageError(f"{path} is not UTF-8 text: save the authors' reply as plain text") from None
    if len(text) > _MAX_REPLY:
        raise UsageError(f"{path} has {len(text):,} characters, too many for a reply: shorten it to what is answered")
    if not text.strip():
        raise UsageError(f"{path} is empty: name the file with the authors' reply")
    return text.strip()


def _case(
    as_of: date,
    registry: RegistryHistory | None,
    sealed: SealedTrial | None,
    side: ReportedSide | None,
    *,
    chain_asked: bool,
    reply: str | None,
) -> TrialCase:
    from trialseal.documents.models import parse_document
    from trialseal.rules.trial_case import TrialCase

    documents = []
    for one in sealed.cases if sealed else ():
        content = one.evidence.file.document
        if content and content.get("kind") in ("protocol", "analysis-plan"):
            documents.append(parse_document(content, one.evidence.name))
    return TrialCase(
        as_of=as_of,
        registry=registry,
        sealed=sealed,
        chain_asked=chain_asked,
        reported=side.report if side else None,
        documents=tuple(documents),
        reply=reply,
    )


def _other_trial(case: TrialCase, side: ReportedSide | None) -> list[str]:
    """What to say where the manuscript names another trial's number, or several."""
    from trialseal.rules.registration import record_numbers

    if side is None or not side.report.numbers or case.registry is None:
        return []
    own = set(record_numbers(case.registry))
    others = [number for number in side.report.numbers if number not in own]
    if not own.isdisjoint(side.report.numbers):
        # One trial has one number in a registry: what the paper gives beside it, of another registry, may be its own.
        others = [number for number in others if read(number).registry in {read(one).registry for one in own}]
    if not others:
        return []
    if own.isdisjoint(side.report.numbers):
        return [
            f"{side.report.source} names {', '.join(others)}, and the record given is that of "
            f"{case.registry.number}: is it the right record?"
        ]
    return [f"{side.report.source} names other trials too ({', '.join(others)}); they were not looked at"]


def _parts(case: TrialCase) -> list[str]:
    """Suggests `--part` where the record's outcomes are of several parts and the report names none of them."""
    from trialseal.evidence.wording import listed
    from trialseal.rules.outcome_sets import outcomes_of, parts_of

    report, history = case.reported, case.registry
    version = next((one for one in reversed(history.versions) if one.outcomes), None) if history else None
    if report is None or history is None or version is None:
        return []
    known = sorted(parts_of(outcomes_of(history, version)))
    if len(known) < 2 or report.parts or parts_of(report.outcomes):
        return []
    options = ", ".join(f"--part '{one}'" for one in known)
    return [
        f"the outcomes of {history.number} are of several parts ({listed(known)}): if {report.source} is about one of "
        f"them, say which ({options})"
    ]
