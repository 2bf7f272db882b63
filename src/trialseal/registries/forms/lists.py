"""The outcomes in one field of a registry: a list by line or by semicolon, with what introduces it."""

from __future__ import annotations

import re

from trialseal.registries.study_versions import plain_text

_BREAK = re.compile(r"<br\s*/?>|</p>|[\r\n]+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,80}>", re.IGNORECASE)
_MARK = re.compile(r"^\s*(?:\(?[0-9]{1,2}[.)]|[-*•·])\s+")
NOTHING = frozenset({"", "-", ".", "n/a", "na", "none", "nil", "null", "not applicable", "not provided"})
_NOTE = re.compile(r"(?:note|nb|n\.b\.)\b", re.IGNORECASE)
_COMPOSITE = re.compile(r"\b(?:composite|combin\w+|any (?:one )?of|either of|first of)\b", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:(?:the|our|co|primary|secondary|main|key|other|further|additional|efficacy|safety|clinical|end|points?|"
    r"endpoints?|outcomes?|measures?|objectives?|variables?|parameters?|are|is|will|be|include|as|follows|following|"
    r"and|these|of|this|study|trial|s)\b[\s\-/()]*)+:",
    re.IGNORECASE,
)


def listed_in(text: str | None, *, semicolons: bool = False) -> list[str]:
    """The entries of a text that is a list: by line, or by semicolon; otherwise the whole as one.

    'Composite of:' takes what follows for its parts; other words before a colon, but for mere headings, stand before
    each entry. A line in small letters goes on with the one before it, where that list begins with a capital.
    """
    entries: list[str] = []
    before, composite = "", False
    for line in _BREAK.split(text or ""):
        marked, plain = _MARK.match(line), cleaned(line)
        bare = (cleaned(_MARK.sub("", line)) if marked else plain).rstrip("; ")
        if bare.casefold() in NOTHING:
            continue
        if bare.endswith(":"):
            composite = bool(_COMPOSITE.search(bare))
            before = "" if composite or _HEADING.fullmatch(bare) else bare
            if composite:
                entries.append(bare)
        elif composite and (marked or entries[-1].endswith(":")):
            entries[-1] += f" {plain}"
        elif entries and not marked and (_NOTE.match(bare) or _goes_on(entries, bare)):
            entries[-1] += f" {bare}"
        else:
            composite = False
            entries.append(f"{before} {bare}" if before else bare)
    if not entries and before:
        entries.append(before)
    if semicolons and len(entries) == 1:
        parts = [cleaned(one) for one in entries[0].split(";")]
        entries = [one for one in parts if one.casefold() not in NOTHING]
    return entries


def _goes_on(entries: list[str], line: str) -> bool:
    return line[0].islower() and entries[0][0].isupper() and not entries[-1].endswith((".", ";"))


def cleaned(text: str | None) -> str:
    """A registry's text on one line, without markup and escapes."""
    return " ".join(plain_text(_TAG.sub(" ", text or "")).split())
