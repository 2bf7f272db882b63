"""The summary page: one sheet of A4, a phone's screen, or a dark one. What it cannot say stands before what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialseal import escaping
from trialseal.evidence.wording import count, moment
from trialseal.report.page import html_page, notice_box
from trialseal.report.summary.code import code_svg
from trialseal.report.summary.view import SealedDocument, SummaryView
from trialseal.report.trial.chart_scale import text
from trialseal.report.words import PRACTICE

_LONGEST_SENTENCE = 300
_LONGEST_WORD = 36  # letters that a phone shows in one line
_SIGNS = {"holds": "✓", "fails": "✗", "undetermined": "?", "does-not-apply": "–"}

_ANSWERS = {
    "holds": "Holds.",
    "fails": "Open question.",
    "undetermined": "Cannot be determined.",
    "does-not-apply": "Not applicable.",
}


def summary_html(view: SummaryView) -> str:
    """The page. It holds the view's words, escaped, and nothing that is not in the view."""
    sections = [
        '<p class="kicker">trialseal · summary page of a trial</p>\n',
        _answer(view),
        _limits(view),
        _title(view),
        _file(view),
        _sealed(view),
        f'<div class="pair">{_party(view)}{_block(view)}</div>\n',
        _check(view),
    ]
    return html_page(
        f"{view.title}: summary page", sections, "trial/timeline.css", "summary/summary.css", body="summary"
    )


def _answer(view: SummaryView) -> str:
    """Before all else, whatever keeps the page from being an answer."""
    found = ""
    if view.contradiction is not None:
        found += _banner("fails", "Do not rely on this page", (view.contradiction,))
    if view.undetermined:
        found += _banner("undetermined", "Cannot be determined", view.undetermined)
    return found


def _banner(answer: str, headline: str, why: Sequence[str]) -> str:
    lines = "".join(f'<small dir="auto">{text(_sentence(one))}</small>' for one in why)
    return (
        f'<p class="complete {answer}"><span class="sign" aria-hidden="true">{_SIGNS[answer]}</span>'
        f"<span><strong>{headline}</strong>{lines}</span></p>\n"
    )


def _limits(view: SummaryView) -> str:
    return (
        '<section class="limits" aria-label="What this page does not say">'
        "<p>This page does not say that the trial is good, approved, registered or true.</p>"
        f"<p>Later changes are not on this page: it ends with {_until(view)}.</p>"
        "<p>This page proves nothing by itself. Check it with this command; HASH is explained at the end:</p>"
        f"<p><code>{_command(view.command)}</code></p></section>\n"
    )


def _until(view: SummaryView) -> str:
    block = f"block {view.block:,}"
    return block if view.at is None else f"{moment(view.at, exact=True)}, as seen from {block}"


def _command(command: str) -> str:
    """A command that breaks between its words, so that nobody copies half a word; only an id may have to."""
    return " ".join(
        f'<span class="nb">{text(word)}</span>' if len(word) <= _LONGEST_WORD else text(word)
        for word in command.split(" ")
    )


def _title(view: SummaryView) -> str:
    numbers = "".join(f'<li class="chip">{text(number)}</li>' for number in view.numbers)
    if view.more_numbers:
        numbers += f'<li class="quiet">and {view.more_numbers:,} more</li>'
    if numbers:
        claims = f'<li class="quiet">claims</li>{numbers}'
        numbers = f'<ul class="chips" aria-label="Registry numbers that the trial claims">{claims}</ul>'
    notice = notice_box([*view.notices, *([f"A {PRACTICE}"] if view.is_devnet else [])])
    return (
        f'<header><h1 dir="auto">{text(view.title)}</h1>\n{numbers}'
        f'<p class="quiet">Trial <code>{text(view.trial)}</code></p>{notice}</header>\n'
    )


def _file(view: SummaryView) -> str:
    if view.file is None:
        return ""
    return (
        '<section><h2>What the maker of this page was told of the file</h2><ul class="verdicts">'
        f'<li class="{view.file.answer}"><span class="sign" aria-hidden="true">{_SIGNS[view.file.answer]}</span>'
        f'<div><p dir="auto"><span class="answer">{_ANSWERS[view.file.answer]}</span> '
        f"{_unbroken(_bounded(view.file.sentence))}</p>"
        f"{_digest(view.file_digest)}</div></li></ul></section>\n"
    )


def _sealed(view: SummaryView) -> str:
    items = "".join(map(_document, view.documents))
    rest = [f"Also recorded: {text(view.others)}." if view.others else "", f"{count(view.acts, 'act')} in all."]
    if view.left_out:
        rest.insert(0, f"{count(view.left_out, 'more kind')} of document had no room here.")
    return (
        f'<section><h2>What was sealed, and when</h2>\n<ul class="documents">{items}</ul>'
        f'<p class="note quiet">{" ".join(filter(None, rest))} '
        "<code>trialseal history</code> shows each. The digits are fingerprints (SHA-256).</p></section>\n"
    )


def _document(one: SealedDocument) -> str:
    details = [count(one.endpoints, "endpoint")] if one.endpoints else []
    details.append(f"by <bdi>{text(one.who)}</bdi>")
    note = f'<p class="flag">{_unbroken(one.note)}</p>' if one.note else ""
    return (
        f'<li><p class="what"><strong>{text(one.what[:1].upper() + one.what[1:])}</strong> '
        f'<span class="nb">{text(moment(one.time))}</span></p>'
        f"<p>{', '.join(details)}</p>{note}{_digest(one.digest)}</li>"
    )


def _digest(digest: str) -> str:
    """A fingerprint in two halves, which a narrow column keeps whole."""
    halves = (digest[:32], digest[32:])
    return f'<code title="SHA-256, as it was sealed">{"<wbr>".join(text(one) for one in halves)}</code>'


def _party(view: SummaryView) -> str:
    who = "calls itself" if view.calls_itself else "gave no name that is known here:"
    if view.party_vouchers:
        lines = "".join(f'<li dir="auto">{_unbroken(one)}</li>' for one in view.party_vouchers)
        if view.more_vouchers:
            lines += f"<li>and {view.more_vouchers:,} more</li>"
        vouchers = f"<p>Who vouches for it, on this chain:</p><ul>{lines}</ul>"
    else:
        vouchers = "<p>Nobody on this chain vouches that it is who it says.</p>"
    return (
        f"<section><h2>By whom</h2><p>The sponsor {who} <bdi>{text(view.sponsor)}</bdi>. Anyone may take any name.</p>"
        f"{vouchers}<dl><dt>Party</dt><dd>{_digest(view.sponsor_id)}</dd></dl></section>\n"
    )


def _block(view: SummaryView) -> str:
    if view.block_vouchers:
        lines = "".join(f'<li dir="auto">{text(_bounded(one))}</li>' for one in view.block_vouchers)
        vouchers = f"<p>Vouched for by:</p><ul>{lines}</ul>"
    else:
        vouchers = "<p>Vouched for by nobody whom the maker of this page trusts.</p>"
    return (
        f"<section><h2>As of which block</h2><p>Block {view.block:,} of chain {view.chain_id}, "
        f'<span class="nb">{moment(view.block_time, exact=True)}</span>.</p>{vouchers}'
        f"<dl><dt>Hash</dt><dd>{_hash(view.block_hash)}</dd>"
        f"<dt>Registry</dt><dd><code>{text(view.contract)}</code></dd></dl></section>\n"
    )


def _hash(block_hash: str) -> str:
    return f"<code>0x{'<wbr>'.join((text(block_hash[2:34]), text(block_hash[34:])))}</code>"


def _check(view: SummaryView) -> str:
    steps = (
        f"Look up block {view.block:,} at a source that you trust, such as a block explorer. If all 64 digits of its "
        "hash are those above, that is your HASH. If not, do not rely on this page.",
        f"Type the command at the top. {text(view.source)}: every line that it prints is checked against HASH.",
        "Compare what it prints with this page. To check a file, type <code>trialseal verify FILE</code> with the same "
        "options.",
        "For what happened later, name the hash of a later block.",
    )
    items = "".join(f"<li>{one}</li>" for one in steps)
    return (
        f'<section class="check"><figure>{code_svg(view.code)}</figure><div><h2>Check it</h2><ol>{items}</ol>'
        '<p class="note quiet">The QR code holds chain, registry, trial and hash as they stand on this page.</p>'
        "</div></section>\n"
    )


def _sentence(words: str) -> str:
    return _bounded(words[:1].upper() + words[1:]).rstrip(".") + "."


def _bounded(words: str) -> str:
    return escaping.bounded(words, _LONGEST_SENTENCE)


def _unbroken(words: str) -> str:
    """Words with their dates kept on one line."""
    return re.sub(r"\d{4}-\d{2}(-\d{2})?", r'<span class="nb">\g<0></span>', text(words))
