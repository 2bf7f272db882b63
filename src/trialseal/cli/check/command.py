"""`check`: a trial's record, its history and what a paper reports, judged by the rules and written as a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError
from trialseal.files import read_file
from trialseal.registries.numbers import doubt, read

if TYPE_CHECKING:
    from trialseal.cli.check.reported import ReportedSide
    from trialseal.evidence.snapshots import Snapshot
    from trialseal.registries.history import RegistryHistory
    from trialseal.report.check.view import CheckView, OutcomeRow, SourceView
    from trialseal.rules.finding import Finding
    from trialseal.rules.trial_case import SealedTrial, TrialCase

_ENDINGS = (".json", ".xml", ".csv", ".txt")
_FILE_NAMES = "{0}.json (or .xml, .csv, .txt)"
_MAX_REPLY = 200_000
_MANY = 12
_FEW = 3


def check(session: Session) -> int:
    """Judges one trial and says what was found, in words, as JSON, as a page and as a letter."""
    from trialseal.cli.check.reported import reported_side
    from trialseal.report.check.report import Brought, check_view
    from trialseal.rules.trial_catalogue import judge_trial

    args = session.args
    if not (args.record or args.reported or args.history):
        raise UsageError("name a registry record, or a manuscript with --reported; check --help shows how")
    as_of = _day(args.as_of, "--as-of") if args.as_of else datetime.now(UTC).date()
    side = reported_side(session)
    registry, sources = _registry(session, side)
    sealed, chain_source = _sealed(session, registry, side)
    reply = _reply(args.reply) if args.reply else None
    case = _case(as_of, registry, sealed, side, chain_asked=bool(args.network), reply=reply)
    case = replace(case, consent=_consent(session, sealed), interventional=args.interventional)
    if args.network and registry:
        snapshots, gap = _snapshots(session, registry)
        case = replace(case, snapshots=snapshots, snapshots_gap=gap)
    _require_named(args.part, case, side)
    sources = [*sources, *(side.sources if side else ()), chain_source]
    notices = [
        *(registry.notes if registry else ()),
        *_other_trial(case, side),
        *_parts(case),
        *(side.notices if side else ()),
    ]
    view = check_view(
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
    _write(session, view)
    _say(session, view)
    return view.exit_code


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
    return ", ".join(f"'{one}'" for one in named[:_MANY]) or "'phase 2'"


# ----- what is read -----


def _registry(session: Session, side: ReportedSide | None) -> tuple[RegistryHistory | None, list[SourceView]]:
    """The record and its history as one; where to download them, if they are not there."""
    from trialseal.registries.history_merging import merged
    from trialseal.registries.reading import read_histories, read_registry
    from trialseal.report.check.view import SourceView

    args = session.args
    found: list[RegistryHistory] = []
    number = None
    if args.record and not Path(args.record).exists():
        number = _number(args.record)
    elif args.record:
        found.append(read_registry(args.record, _named_among(args.record, side)))
    elif side and (own := side.own_number()):
        number = own
    if (number and not args.history) or (number and _file_of(number)):
        found.append(_record_of(number))
    wanted = found[0].number if found else number
    if args.history:
        place = Path(args.history)
        if not place.exists():
            raise UsageError(f"{place} is not there: name a history's file or a folder of earlier versions")
        if place.is_dir():
            history = read_registry(place)
            listed = [history]
        else:
            listed = list(read_histories(place))
        same = [one for one in listed if wanted in (None, one.number)]
        if not same:
            raise UsageError(f"{place} holds no history of {wanted}: {_where_history(wanted or 'NUMBER')}")
        if wanted is None and len({one.number for one in same}) > 1:
            raise UsageError(f"{place} holds histories of {len(same)} trials: name the record too")
        found += same
    if not found:
        raise UsageError(
            "no registry record was given, and the manuscript names no registry number: give the record's file"
        )
    whole = merged(found)
    names = dict.fromkeys(version.source for version in whole.versions)
    count = f"{len(whole.versions)} version{'' if len(whole.versions) == 1 else 's'}"
    known = "all there are, as its source says" if whole.complete else "earlier ones may exist"
    detail = f"{whole.registry}, {whole.number}, {count} ({known}), last of {whole.last.date or 'a day not stated'}"
    return whole, [SourceView("record", ", ".join(_short(list(names))), detail)]


def _short(names: list[str]) -> list[str]:
    return names if len(names) <= 3 else [*names[:2], f"and {len(names) - 2} more"]


def _number(text: str) -> str:
    try:
        number = read(text)
    except UsageError as error:
        raise UsageError(f"there is no file {text}, and {error}") from None
    if number.registry is None:
        why = doubt(number) or f"{text} is not a registry number known here: write one such as NCT04368728"
        raise UsageError(f"there is no file {text}, and {why}")
    return number.number


def _record_of(number: str) -> RegistryHistory:
    from trialseal.registries.reading import read_registry

    path = _file_of(number)
    if path is None:
        raise UsageError(
            f"the record of {number} is not here as {_FILE_NAMES.format(number)}: {_where_record(number)}; "
            f"{_where_history(number)}"
        )
    return read_registry(path, number)


def _file_of(number: str) -> Path | None:
    """The file in this folder that is named as the record of a number."""
    stem = number.replace("/", "-")
    return next((path for ending in _ENDINGS if (path := Path(f"{stem}{ending}")).exists()), None)


def _named_among(path: str, side: ReportedSide | None) -> str | None:
    """Of a download of several trials, the number that the manuscript gives as its own."""
    if side is None or Path(path).is_dir():
        return None
    try:
        return side.own_number()
    except UsageError:  # it names several: the file must then hold one trial
        return None


def _where_record(number: str) -> str:
    if number.startswith("NCT"):
        return f"download it from https://clinicaltrials.gov/api/v2/studies/{number} and save it as {number}.json"
    from trialseal.registries.places import record_place

    return f"download it from {record_place(number)}"


def _where_history(number: str) -> str:
    if number.startswith("NCT"):
        return (
            f"its earlier versions are at https://clinicaltrials.gov/api/int/studies/{number}/history/0, /1 and so on "
            "(for --history)"
        )
    return "save dated copies of its record in a folder (for --history)"


def _sealed(
    session: Session, registry: RegistryHistory | None, side: ReportedSide | None
) -> tuple[SealedTrial | None, SourceView]:
    """The trial on the chain that `--network` names: the one named, or the one that claims the number."""
    from trialseal.report.check.view import SourceView

    args = session.args
    if not args.network:
        for option in ("trial", "folder", "accredited_by"):
            if getattr(args, option):
                raise UsageError(f"--{option.replace('_', '-')} is about a trial on a chain: say which with --network")
        return None, SourceView("chain", "none", "no chain was asked (--network NET asks one)")
    from trialseal.cli.trial.naming import trial_named
    from trialseal.evidence.claimants import claimants_of, in_brief
    from trialseal.evidence.profiles import find_names
    from trialseal.folder.trial_folder import TrialFolder
    from trialseal.rules.sealed_trial import sealed_trial

    chain = session.reader
    name = f"chain {chain.chain_id()}"
    accreditors = [session.find_party(party) for party in args.accredited_by]
    folder = TrialFolder(Path(args.folder)) if args.folder else None
    named = args.trial or args.folder
    if named is None:
        number = registry.number if registry else side.own_number() if side else None
        claimants = claimants_of(chain, number, accreditors) if number else None
        if claimants is None or not claimants.all:
            gap = f"; {claimants.gap}" if claimants and claimants.gap else ""
            return None, SourceView("chain", name, f"no trial on it claims the number{gap}")
        if claimants.meant is None:
            # Anyone may claim a number: the rest of the check goes on without.
            many = (
                f"{len(claimants.all):,} trials on it claim the number, and which is meant cannot be told: name it by"
            )
            session.out.say(f"{name}: {many} its id with --trial, or whom you trust with --accredited-by")
            for line in in_brief(claimants, {one.party: one.legal_name for one in session.parties}):
                session.out.say(line)
            return None, SourceView("chain", name, f"{many} its id")
        trial, own = claimants.meant.trial, None
    else:
        trial, own = trial_named(session, named)
    folders = [session.home / "parties", *([Path(args.folder)] if args.folder else [])]
    if own is not None:
        folder = folder or own
        folders += own.profile_folders
    names = find_names(chain, folders)
    sealed = sealed_trial(chain, trial, names, folder=folder, accreditors=accreditors)
    clock = ", whose operator sets its clock" if sealed.evidence.is_devnet else ""
    return sealed, SourceView("chain", name, f"trial {trial.hex()[:16]}…{clock}")


def _consent(session: Session, sealed: SealedTrial | None) -> tuple[Finding, ...] | None:
    """What the audit of consents finds in the streams that lie in the trial's folder, if any do."""
    args = session.args
    places = [Path(named) for named in (args.folder, args.trial) if named and (Path(named) / "streams").is_dir()]
    if sealed is None or not places:
        return None
    from trialseal.cli.consent.command import trial_consent

    return trial_consent(session, sealed.evidence.trial, places[0])


def _snapshots(session: Session, registry: RegistryHistory) -> tuple[tuple[Snapshot, ...], str | None]:
    """Who notarised the record's files on the chain, and whether that is all; names by profiles on this computer."""
    from trialseal.documents.identifiers import registry_id_bytes
    from trialseal.evidence.profiles import find_names
    from trialseal.evidence.snapshots import snapshots_of

    found = snapshots_of(session.reader, registry, find_names(session.reader, [session.home / "parties"]))
    gap = session.reader.attested(registry_id_bytes(registry.number)).gap
    return found, str(gap) if gap else None


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


def _day(text: str, option: str) -> date:
    try:
        first, last = date_range(text)
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from None
    if first != last:
        raise UsageError(f"{option} is {text}: give a whole day, such as 2026-03-01")
    return first


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
            f"{side.report.source} names {', '.join(others)}, and the record at hand is that of "
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


# ----- what is written -----


def _write(session: Session, view: CheckView) -> None:
    from trialseal.files import write_bytes

    args = session.args
    targets = [path for path in (args.html, args.markdown, args.query, args.sponsor_note) if path]
    if len({Path(path).resolve() for path in targets}) < len(targets):
        raise UsageError("two of --html, --markdown, --query and --sponsor-note name one file: give each its own")
    if args.html:
        from trialseal.report.check.page import check_html

        write_bytes(Path(args.html), check_html(view).encode())
    if args.markdown:
        from trialseal.report.check.markdown import check_markdown

        write_bytes(Path(args.markdown), check_markdown(view).encode())
    if args.query:
        from trialseal.report.check.query import query_text

        write_bytes(Path(args.query), query_text(view).encode())
    if args.sponsor_note:
        from trialseal.report.check.query import note_text

        write_bytes(Path(args.sponsor_note), note_text(view).encode())


def _pair_words(row: OutcomeRow) -> str:
    """'needs a reader: registered “…”; another that speaks of it: “…”'."""
    said = []
    for words, texts in (("registered", row.registered), ("reported", row.reported)):
        for one in texts:
            measure = "".join(piece for piece, _ in one.measure)
            said.append(f"{words} “{measure}”" + (f" ({one.place})" if one.place else ""))
    if row.perhaps:
        said.append(f"another that speaks of it: “{row.perhaps[0]}”")
    return f"{'needs a reader' if row.needs_reader else row.label}: {'; '.join(said)}"


def _say(session: Session, view: CheckView) -> None:
    from trialseal.escaping import visible
    from trialseal.evidence.wording import count
    from trialseal.report.check.as_json import as_json
    from trialseal.report.check.words import ANSWER_WORDS, SIGNS

    out, args = session.out, session.args
    if out.as_json:
        out.value(as_json(view))
        return
    out.say(visible(f"{view.number}  {view.title}".strip()))
    out.say(view.headline)
    for notice in view.notices:
        out.say(f"note: {visible(notice)}")
    shown = [
        (item, finding)
        for item in view.items
        for finding in item.findings
        if args.verbose or finding.answer in ("fails", "undetermined")
    ]
    last = None
    for item, finding in shown if args.verbose else shown[: _MANY * 2]:
        if item.number != last:
            out.say(f"CONSORT 2025 item {item.number}, {item.title}" if item.number else item.title)
            last = item.number
        out.say(f"  {SIGNS[finding.answer]} {ANSWER_WORDS[finding.answer]}: {visible(finding.sentence)}")
        for fact in finding.facts if args.verbose else ():
            out.say(visible(f"      {fact.text}" + (f" ({fact.source})" if fact.source else "")))
    if not args.verbose:
        holding = dict(view.counts)["holds"]
        out.say(f"  {SIGNS['holds']} {holding} hold; --verbose lists every check with its facts")
    asked = sorted(
        (row for row in view.outcomes if row.primary and row.answer in ("fails", "undetermined")),
        key=lambda row: row.answer != "fails",
    )
    few = max(_FEW, sum(1 for row in asked if row.answer == "fails"))
    if asked:
        out.say("Primary outcomes")
    for row in asked if args.verbose else asked[:few]:
        out.say(visible(f"  {SIGNS[row.answer]} {_pair_words(row)}"))
    if len(asked) > few and not args.verbose:
        verb = "needs" if len(asked) == few + 1 else "need"
        out.say(f"  … and {len(asked) - few} more that {verb} a reader (--verbose, or --html FILE, shows all)")
    for sentence in view.measured:
        out.say(visible(sentence))
    duties = len(view.asked_of("sponsor"))
    if duties and not args.sponsor_note:
        out.say(f"{count(duties, 'question')} about the sponsor's duties: --sponsor-note FILE drafts a note")
    for path, words in (
        (args.html, "report"),
        (args.markdown, "report"),
        (args.query, "draft of the questions to the authors"),
        (args.sponsor_note, "draft of the questions about the sponsor's duties"),
    ):
        if path:
            out.say(f"{words} written to {path}")
