"""A check's report, written to the files named and said in short."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.errors import UsageError

if TYPE_CHECKING:
    from trialseal.report.check.view import CheckView, OutcomeRow


_MOST_FINDINGS = 24
_FEW_OUTCOMES = 3


def write_reports(session: Session, view: CheckView) -> None:
    """Writes the page, the Markdown and the letters that were asked for. Raises UsageError if two have one name."""
    from trialseal.outputs import write_output

    args = session.args
    targets = [path for path in (args.html, args.markdown, args.query, args.sponsor_note) if path]
    if len({Path(path).resolve() for path in targets}) < len(targets):
        raise UsageError("two of --html, --markdown, --query and --sponsor-note name one file: give each its own")
    if args.html:
        from trialseal.report.check.page import check_html

        write_output(Path(args.html), check_html(view).encode())
    if args.markdown:
        from trialseal.report.check.markdown import check_markdown

        write_output(Path(args.markdown), check_markdown(view).encode(), b"# ")
    if args.query:
        from trialseal.report.check.query import query_text

        write_output(Path(args.query), query_text(view).encode())
    if args.sponsor_note:
        from trialseal.report.check.query import note_text

        write_output(Path(args.sponsor_note), note_text(view).encode())


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


def say_check(session: Session, view: CheckView) -> None:
    """Says what was found: the open questions, or with --verbose every check; as JSON all of it."""
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
    for item, finding in shown if args.verbose else shown[:_MOST_FINDINGS]:
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
    few = max(_FEW_OUTCOMES, sum(1 for row in asked if row.answer == "fails"))
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
