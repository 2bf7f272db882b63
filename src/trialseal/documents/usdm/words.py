"""Words, dates and lists out of a USDM definition's objects."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from trialseal.registries.import_source import SourceObject

NOT_STATED = "not stated in the source"


def by_id(sources: Iterable[SourceObject]) -> dict[str, SourceObject]:
    return {one.required_text("id"): one for one in sources}


def local_ids(names: list[object], prefix: str) -> list[str]:
    """The source's own names where all of them will do as ids, numbers behind the prefix where not."""
    texts = [name for name in names if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", name)]
    if len(set(texts)) == len(names):
        return texts
    return [f"{prefix}{number}" for number in range(1, len(names) + 1)]


def label(source: SourceObject) -> str | None:
    """What an object is called: its label, or else its name."""
    return plain(source.text("label")) or plain(source.text("name"))


def decoded(source: SourceObject, key: str) -> str | None:
    """The words of a coded value."""
    return plain(source.child(key).text("decode"))


def decodes(source: SourceObject, key: str) -> list[str]:
    return present(plain(one.text("decode")) for one in source.children(key))


def standard(source: SourceObject, key: str) -> str | None:
    """The words of a coded value that has aliases."""
    return decoded(source.child(key), "standardCode")


def present(texts: Iterable[str | None]) -> list[str]:
    return [text for text in texts if text]


def plain(text: str | None) -> str | None:
    """Text without the source's HTML. A parameter of a template stays as its name in square brackets."""
    if text is None:
        return None
    text = re.sub(r'<usdm:(?:tag name|ref [^>]*?attribute)="([^"]*)"[^>]*>', r"[\1]", text)
    text = re.sub(r"</(?:p|li|div|tr|h\d)>|<br[^>]*>", "\n", text)
    text = html.unescape(re.sub(r"</?[A-Za-z][^>]*>", "", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line) or None
