"""What every page has in common: no scripts, nothing loaded, its styles within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from trialseal.report.trial.chart_scale import text


def html_page(title: str, sections: Iterable[str], *styles: str, body: str = "") -> str:
    """A page of finished sections, those that are empty left out.

    `title` is plain text; `styles` are the names of this room's style sheets; `body` is a class of the whole page.
    """
    attribute = f' class="{body}"' if body else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{text(title)}</title>\n<style>\n{''.join(map(_style, styles))}</style>\n</head>\n"
        f"<body{attribute}>\n<main>\n{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def plain_box(sentences: Sequence[str]) -> str:
    """The whole in a few plain sentences, for who reads no further."""
    if not sentences:
        return ""
    lines = "".join(f'<p dir="auto">{text(one)}</p>' for one in sentences)
    return f'<section class="plain" aria-label="In plain words">{lines}</section>\n'


def notice_box(notices: Sequence[str], sign: str = "!") -> str:
    """What must be known before the rest is read; empty where that is nothing."""
    if not notices:
        return ""
    lines = "".join(f'<p dir="auto">{text(one)}</p>' for one in notices)
    return (
        f'<aside class="notice" aria-label="Please note"><span class="sign" aria-hidden="true">{sign}</span>'
        f"<div>{lines}</div></aside>\n"
    )


@cache
def _style(name: str) -> str:
    return resources.files("trialseal.report").joinpath(name).read_text(encoding="utf-8")
