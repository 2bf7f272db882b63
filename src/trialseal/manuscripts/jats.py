"""JATS XML, in which journals and archives keep articles: paragraphs, lists and tables with their sections."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from trialseal.errors import UsageError
from trialseal.manuscripts.formulas import in_signs
from trialseal.manuscripts.model import MAX_CHARACTERS, Kind, Line, Manuscript, Section, plain
from trialseal.manuscripts.sections import heading_of

# What stands within a sentence and is not part of it.
_SKIPPED = {"xref", "fn", "label", "object-id", "email", "annotation", "annotation-xml", "strike"}
_BLOCKS = {"p", "title", "article-title", "td", "th", "kwd", "list-item", "disp-quote", "def"}
_FRONT_TEXTS = {"ext-link", "related-object", "custom-meta", "trans-title"}
_BACK = {"ack", "app-group", "app", "fn-group", "notes", "sec", "bio", "glossary"}


# The brackets in which a reference stood: '[]', '[, ]', '(–)'.
_EMPTIED = re.compile(r"\s*[\[(][\s,;–-]*[\])]")


class _Block(NamedTuple):
    text: str
    kind: Kind
    section: Section | None


def read_jats(data: bytes, name: str) -> Manuscript:
    """The paragraphs of an article; UsageError if it is damaged, defines entities, or is not an article."""
    root = _parse(data, name)
    articles = [root] if _tag(root) == "article" else [one for one in root.iter() if _tag(one) == "article"]
    if not articles:
        raise UsageError(
            f"{name} is XML but no JATS article (its root is {_tag(root)[:40]}): name a PDF, Word, JATS or text file"
        )
    if len(articles) > 1:
        raise UsageError(f"{name} holds {len(articles)} articles: save the one that is meant as a file of its own")
    lines: list[Line] = []
    characters = 0
    notes = []
    for number, block in enumerate(_article(articles[0]), 1):
        characters += len(block.text)
        if characters > MAX_CHARACTERS:
            notes.append(f"only the first {MAX_CHARACTERS:,} characters of {name} were read")
            break
        lines.append(Line(block.text, number, kind=block.kind, ends=True, section=block.section))
    return Manuscript(name, "JATS XML", tuple(lines), "paragraph", tuple(notes))


def _parse(data: bytes, name: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser()
    # The article's DTD, which is never fetched, would define &nbsp; and the like.
    parser.entity.update(
        {entity: chr(code) for entity, code in html.entities.name2codepoint.items() if entity not in ("lt", "amp")}
    )
    try:
        parser.feed(data)
        return parser.close()
    except DefusedXmlException:
        raise UsageError(
            f"{name} defines XML entities, with which a small file can fill a computer: it was not read; "
            "get the article without them, or as a PDF"
        ) from None
    except (ParseError, ValueError, LookupError, UnicodeError) as error:
        raise UsageError(f"{name} is damaged XML: {error}; get a whole copy, or a PDF") from None
    except RecursionError:
        raise UsageError(f"{name} nests its XML deeper than any article: get a PDF") from None


def _article(article: Any) -> Iterator[_Block]:
    for part in article:
        tag = _tag(part)
        if tag == "front":
            yield from _front(part)
        elif tag == "body":
            yield from _body(part)
        elif tag == "back":
            for one in part:
                if _tag(one) == "ref-list":
                    yield from (_Block(text, "item", "references") for ref in one if (text := _text(ref)))
                elif _tag(one) in _BACK:
                    yield from _blocks(one, "back")
        elif tag == "floats-group":
            yield from _blocks(part, None)


def _body(body: Any) -> Iterator[_Block]:
    """The sections of a body. What a section is, its type says, else its title; what lies within it is of it too."""
    opening: Section | None = "introduction"
    for part in body:
        if _tag(part) != "sec":
            # What stands before the first section introduces, without a heading.
            yield from _blocks(part, opening, whole=True)
            continue
        opening = None
        section = _section(part)
        if section is not None:
            yield from _blocks(part, section, whole=True)
            continue
        for one in part:
            yield from _blocks(one, _section(one) if _tag(one) == "sec" else None, whole=True)


_TYPES: dict[str, Section] = {
    "intro": "introduction", "introduction": "introduction", "background": "introduction", "materials": "methods",
    "methods": "methods", "subjects": "methods", "results": "results", "discussion": "discussion",
    "conclusions": "discussion", "conclusion": "discussion", "supplementary-material": "back",
}  # fmt: skip


def _section(sec: Any) -> Section | None:
    for word in re.split(r"[|\s]+", (sec.get("sec-type") or "").casefold()):
        if word in _TYPES:
            return _TYPES[word]
    title = next((one for one in sec if _tag(one) == "title"), None)
    found = heading_of(Line(_text(title), 1, kind="heading")) if title is not None else None
    return found[0] if found and found[0] not in ("abstract", "references") else None


def _front(front: Any) -> Iterator[_Block]:
    of_abstracts = {id(inner) for one in front.iter() if _tag(one) == "abstract" for inner in one.iter()}
    for one in front.iter():
        tag = _tag(one)
        if tag == "article-title":
            yield _Block(_text(one), "heading", "front")
        elif tag == "abstract":
            yield _Block("Abstract", "heading", "abstract")
            yield from _blocks(one, "abstract")
        elif tag in _FRONT_TEXTS and id(one) not in of_abstracts and (text := _text(one)):
            yield _Block(text, "text", "front")


def _blocks(parent: Any, section: Section | None, whole: bool = False) -> Iterator[_Block]:
    """What is under an element, in its order, without recursion: a hostile file nests deep. `whole` says that the
    element itself counts too."""
    todo: list[Any] = [parent]
    while todo:
        element = todo.pop()
        tag = _tag(element)
        if tag == "boxed-text" and section != "back":
            # Key points and what is known already repeat, or speak of other trials.
            yield from _blocks(element, "back")
        elif tag in ("title", "label") and (whole or element is not parent):
            if tag == "title" and (text := _text(element)):
                yield _Block(text, "heading", section)
        elif tag == "tr":
            cells = [_text(cell) for cell in element]
            if any(cells):
                yield _Block("\t".join(cells), "row", section)
        elif tag in ("p", "list-item", "def-item", "disp-quote"):
            nested = [one for one in element if _tag(one) in ("list", "def-list", "table-wrap", "disp-quote")]
            if tag == "def-item":
                if text := ": ".join(filter(None, map(_text, element))):
                    yield _Block(text, "item", section)
            elif tag == "list-item" or not nested:
                if text := _text(element):
                    yield _Block(text, "item" if tag == "list-item" else "text", section)
            else:
                if text := _text(element, without=("list", "def-list", "table-wrap", "disp-quote")):
                    yield _Block(text, "text", section)
                todo.extend(reversed(nested))
        elif tag not in ("ref-list", "media", "graphic", "object-id"):
            todo.extend(reversed(list(element)))


def _text(element: Any, without: tuple[str, ...] = ()) -> str:
    """All words of an element but those of references to others; iterative, as `_blocks`."""
    pieces: list[str] = []
    cited = False
    todo: list[Any] = [element]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        if one is not element and (_tag(one) in _SKIPPED or _tag(one) in without or _only_cites(one)):
            cited = cited or _tag(one) == "xref"
            continue
        if _tag(one) == "tex-math":
            pieces.append(in_signs(one.text or ""))
            continue
        if _tag(one) == "alternatives":
            todo.extend(_readable(one))
            continue
        children: list[Any] = [one.text or ""] if isinstance(one.tag, str) else []
        for child, following in pairwise([*one, None]):
            children.append(child)
            children.append("" if _between_citations(child, following) else child.tail or "")
        if _tag(one) in _BLOCKS:
            children.append(" ")
        todo.extend(reversed(children))
    words = "".join(pieces)
    return plain(_EMPTIED.sub("", words) if cited else words)


def _readable(alternatives: Any) -> list[Any]:
    """Of several forms of one thing, that whose words are read: MathML before LaTeX, neither for a picture."""
    forms = {_tag(one): one for one in alternatives}
    return next(([forms[tag]] for tag in ("math", "textual-form", "tex-math") if tag in forms), [])


def _only_cites(element: Any) -> bool:
    """Whether a superscript holds references and the commas between them, and nothing else."""
    if _tag(element) != "sup" or not len(element) or any(_tag(child) != "xref" for child in element):
        return False
    return not ((element.text or "") + "".join(child.tail or "" for child in element)).strip(" ,;–-[]()")


def _between_citations(element: Any, following: Any) -> bool:
    """Whether nothing but commas stands between two references."""
    return (
        _tag(element) == "xref" and following is not None and _tag(following) == "xref"
        and not (element.tail or "").strip(" ,;–-")
    )  # fmt: skip


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
