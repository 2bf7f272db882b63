"""The page on which somebody reads what is to be signed, and signs it. No scripts; nothing is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.report.page import html_page, plain_box
from trialseal.report.trial.chart_scale import text

_STYLES = ("trial/timeline.css", "signing/signing.css")


class DocumentAsked(NamedTuple):
    """The document whose digest an act states."""

    name: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    """What it says: a heading, and what stands under it."""


class ActAsked(NamedTuple):
    """An act that waits for a signature, in words."""

    does: str
    called: str
    """By whoever made it, in quotes where it is no plain word."""
    stated: tuple[str, ...]
    """Each member as 'member: words'."""
    bounds: str
    """Whose key, which chain, until when."""
    signed_by: tuple[str, ...]
    late: str
    """Why it can no longer be recorded, as a sentence; empty if it can."""
    document: DocumentAsked | None


class Asked(NamedTuple):
    """Everything that one page asks."""

    file: str
    account: str
    key: str
    acts: tuple[ActAsked, ...]
    judged: str


def signing_page(asked: Asked, problem: str = "", ticked: Sequence[int] = ()) -> str:
    """The page; `problem` is why the last answer was not taken, `ticked` the acts that were ticked in it."""
    count = len(asked.acts)
    what = "one act" if count == 1 else f"{count} acts"
    box = plain_box(
        [
            f"Somebody asks you to sign {what}. Read each, and tick those that you mean.",
            "Once signed, anybody can put them on record until the time that stands under each; after that they cannot "
            "be called back.",
            f"Nothing here was compared with a chain; {asked.judged}.",
            "This page lies on this computer alone, and ends with your answer.",
        ]
    )
    head = f'<p class="kicker">trialseal · to be signed</p>\n<h1 dir="auto">{text(asked.file)}</h1>\n{box}'
    notice = f'<div class="notice" role="alert"><p>{_sentence(problem)}</p></div>\n' if problem else ""
    acts = "".join(_act(number, one, number in ticked) for number, one in enumerate(asked.acts))
    end = (
        f"<section class=signs><h2>Your answer</h2>\n<p>Signs: account {text(asked.account)}, key "
        f"<code>{text(asked.key)}</code></p>\n"
        "<label>Password of this account <input type=password name=password autocomplete=off></label>\n"
        "<p class=buttons><button name=answer value=sign>Sign what is ticked</button> "
        "<button name=answer value=refuse class=quietly>Sign nothing</button></p></section>\n"
    )
    form = f"<form method=post autocomplete=off>\n{acts}{end}</form>\n"
    return html_page("To be signed", [head, notice, form], *_STYLES, body="signing")


def ended_page(title: str, sentences: Sequence[str]) -> str:
    """What is shown after the answer."""
    head = f'<p class="kicker">trialseal</p>\n<h1>{text(title)}</h1>\n'
    return html_page(title, [head, plain_box(sentences)], *_STYLES, body="signing")


def _act(number: int, one: ActAsked, ticked: bool) -> str:
    members = "".join(f"<div><dt>{text(name)}</dt><dd>{text(words)}</dd></div>" for name, words in _pairs(one.stated))
    signed = "".join(f"<p>Signed already by <code>{text(key)}</code></p>" for key in one.signed_by)
    late = f"<p class=late>{text(one.late)}</p>" if one.late else ""
    state = " disabled" if one.late else " checked" if ticked else ""
    return (
        f"<section class=act><h2><label><input type=checkbox name=act value={number}{state}> "
        f"{number + 1}. {text(one.does)}</label></h2>\n"
        f'<dl class="stated">{members}</dl>\n'
        f"<p dir=auto class=quiet>Called {text(one.called)} by whoever made this file.</p>\n"
        f"<p class=bounds>{_sentence(one.bounds)}.</p>{late}{signed}\n"
        f"{_document(one.document)}</section>\n"
    )


def _sentence(words: str) -> str:
    return text(words[:1].upper() + words[1:])


def _pairs(stated: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for line in stated:
        name, _, words = line.partition(": ")
        found.append((name, words))
    return found


def _document(one: DocumentAsked | None) -> str:
    if one is None:
        return "<p class=quiet>This file holds no text for it: ask for the document, and compare its digest.</p>\n"
    parts = "".join(
        f"<h4>{_sentence(heading)}</h4><ul>" + "".join(f"<li dir=auto>{text(item)}</li>" for item in items) + "</ul>"
        for heading, items in one.parts
    )
    return f"<div class=document><h3>The document with this digest, {text(one.name)}</h3>{parts}</div>\n"
