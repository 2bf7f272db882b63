"""Text that somebody else wrote, made fit to stand in our sentences, tables, pages and letters: the one place for it.

Whatever is printed passes `visible`, so that no text moves a cursor, turns the order of letters round, hides letters
or begins a line of its own. What somebody else chose, such as a name, stands in a sentence as `name` or `quoted` give
it, so that it cannot be read as ours. Look-alikes are told as UTS 39, section 5.2, level "moderately restrictive",
tells them: a word of Latin letters holds none of Cyrillic, Greek or another script whose letters look Latin. Greek
letters that look like no Latin one stay, since medicine writes TNFα and µg.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

# How much of a name, and of a node's message, is shown.
LONGEST_NAME = 80
LONGEST_MESSAGE = 300

# Unseen though they count as printable: grapheme joiner, Hangul fillers, Khmer inherent vowels, Mongolian and other
# variation selectors, an empty braille cell.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, range(0x180B, 0x1810)), map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
# More marks than this on one letter, which no orthography needs, climb into the lines above.
_MOST_MARKS = 4
_WORD = re.compile(r"[^\s]+")
# Scripts that are written beside Latin in one word and look unlike it, by the first word of their letters' names.
_BESIDE_LATIN = frozenset(
    re.findall(
        r"\S+",
        "LATIN CJK HIRAGANA KATAKANA KATAKANA-HIRAGANA HALFWIDTH HANGUL BOPOMOFO IDEOGRAPHIC VERTICAL ARABIC HEBREW "
        "SYRIAC THAI LAO KHMER MYANMAR TIBETAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA "
        "MALAYALAM SINHALA ETHIOPIC GEORGIAN MODIFIER MICRO FEMININE MASCULINE ANGSTROM OHM SUPERSCRIPT SUBSCRIPT "
        "DOUBLE-STRUCK",
    )
)
# Letters of Cyrillic and Greek that look like one of ASCII, also where the whole word is made of them.
_LIKE_ASCII = frozenset("АВЕЅІЈКМНОРСТУХҮԌԚԜаеѕіјорсухһԁԛԝӏѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧονικρυχαϲϳ")
# These are common in names of substances and genes (IFNα, NF-κB); between small letters they pass for a, k, v and p.
_OF_SCIENCE = frozenset("ακνρ")
# Phonetic letters that look like a, g and small capitals.
_LATIN_LOOK_ALIKES = frozenset("ɑɡɪꜱꜰɩ") | frozenset(map(chr, range(0x1D00, 0x1D23)))
_QUOTES = "[“”„‟″‶＂ʺˮ〃״❝❞🙶🙷🙸«»]|(?<=['‘’ʼ′`´])['‘’ʼ′`´]"
_BARE = re.compile(r"[\w./+:@~^%#-]{1,120}")
# What shells take as it is, bare and between double quotes.
_BARE_ARGUMENT = re.compile(r"[\w./+:@,=%^-]+")
_PLAIN_IN_QUOTES = re.compile(r"[\w ./+:@,=%^()&;'-]+")
_TOO_PLAIN = re.compile("accredited|vouched|approved|sealed|holds|contradict", re.IGNORECASE)


def visible(text: str) -> str:
    r"""The text in one line with everything seen that could mislead: \n, \x1b, \u202e, FD\u0410 for a Cyrillic A.

    What is visible already stays as it is, so that nothing changes by being passed twice.
    """
    if text.isascii():
        return text if text.isprintable() else "".join(one if " " <= one <= "~" else escaped(one) for one in text)
    if (plain := text.replace("…", "")).isascii() and plain.isprintable():
        return text  # most of our sentences: an id is shortened so, which is a sign that misleads nobody
    shown, marks = [], 0
    for one in text:
        marks = marks + 1 if unicodedata.category(one) in ("Mn", "Me") else 0
        if unicodedata.category(one) == "Zs":
            one = " "  # spaces of other widths
        shown.append(one if _is_seen(one) and marks <= _MOST_MARKS else escaped(one))
    text = "".join(shown)
    # What is shown of one letter stands beside the next one.
    while marked := _look_alikes(text):
        text = "".join(escaped(one) if place in marked else one for place, one in enumerate(text))
    return text


def lines(text: str) -> str:
    """The same for a text of our own of several lines, such as a table."""
    return "\n".join(map(visible, text.split("\n")))


def name(value: object, most: int = LONGEST_NAME) -> str:
    """What somebody calls themselves or their things: always in quotes, which nothing in it closes; at most so long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = bounded(re.sub(" {2,}", " ", text), most)  # a row of blanks could look like a column
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    text = visible(text)
    if not text.isascii() or "'" in text or "`" in text:  # else it holds nothing that looks like a quote
        text = re.sub(_QUOTES, lambda found: escaped(found[0]), text)
    return f'"{text}"'


def quoted(value: object, most: int = LONGEST_NAME) -> str:
    """A word that somebody else chose: as it is if it is one plain word, such as P1 or results.json, else in quotes."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    # `_BARE` lets nothing of ASCII through that `visible` would change.
    bare = (
        isinstance(value, str)
        and len(value) <= most
        and _BARE.fullmatch(value)
        and not _TOO_PLAIN.search(value)
        and (value.isascii() or visible(value) == value)
    )
    return str(value) if bare else name(value, most)


def path(value: object) -> str:
    """A file's path as it was typed, in quotes where it holds more than plain letters."""
    return quoted(str(value), 240)


def argument(value: object) -> str:
    """A file or another word of a command line as it is typed there: in quotes where a shell would take it apart."""
    text = str(value)
    if not _BARE_ARGUMENT.fullmatch(text):
        plain = _PLAIN_IN_QUOTES.fullmatch(text)
        text = f'"{text}"' if plain else "'" + text.replace("'", "'\"'\"'") + "'"
    return visible(text)


def calls_itself(legal_name: object) -> str:
    """A party by the name that it gave itself, which anyone may give."""
    return f"a party that calls itself {name(legal_name)}"


def message(text: object) -> str:
    """What another program said, such as a node: in quotes, in one line, bounded."""
    return name(" ".join(str(text).split()), LONGEST_MESSAGE)


def bounded(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def json_text(value: Any, *, indent: int | None = 2, default: Any = str) -> str:
    """JSON in which no character can move a terminal's cursor; a JSON reader gets the very same value."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=default)
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    # Only strings hold such characters, and there \uXXXX means the same.
    return "".join(one if one == "\n" or _is_seen(one) else _utf16(one) for one in text)


def flowing(text: str) -> str:
    """The text as a page or a letter sets it: in one line, blanks and line ends alike."""
    return visible(re.sub(r"\s+", " ", text))


def html_text(text: str) -> str:
    """The text for HTML and SVG, within an element or an attribute in quotes."""
    import html  # with its long list of entities, which only pages need

    return html.escape(flowing(text))


# What Markdown, or HTML within it, would take for more than a letter.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&]")


def markdown_text(text: str) -> str:
    """The text for Markdown, in one line in which nothing is markup."""
    return _MARKDOWN.sub(r"\\\g<0>", flowing(text))


def escaped(characters: str) -> str:
    r"""Characters as they would stand in a program: \n, \x1b, \u202e."""
    return "".join(f"\\x{ord(one):02x}" if " " <= one <= "~" else ascii(one)[1:-1] for one in characters)


def _is_seen(character: str) -> bool:
    return character.isprintable() and character not in _UNSEEN


def _utf16(character: str) -> str:
    return "".join(f"\\u{pair.hex()}" for pair in _pairs(character.encode("utf-16-be", "surrogatepass")))


def _pairs(data: bytes) -> list[bytes]:
    return [data[place : place + 2] for place in range(0, len(data), 2)]


def _look_alikes(text: str) -> set[int]:
    """Places of the letters that pass for Latin ones."""
    latin = any(_script(one) == "LATIN" for one in text)
    if not latin:
        return set()
    found: set[int] = set()
    for token in _WORD.finditer(text):
        if not token[0].isascii():
            found |= {token.start() + place for place in _in_token(token[0])}
    return found


def _in_token(token: str) -> set[int]:
    """Places of look-alikes in what stands between two blanks of a text that has Latin letters."""
    found: set[int] = set()
    token_is_latin = any(_script(one) == "LATIN" for one in token)
    for run in re.finditer(r"[^\W\d_]+", token):
        scripts = {_script(one) for one in run[0]} - {""}
        mixed = "LATIN" in scripts
        # A word of nothing but look-alikes is one too; a single letter, such as p's ρ, only beside Latin ones.
        imitated = all(one in _LIKE_ASCII for one in run[0]) and (len(run[0]) > 1 or token_is_latin)
        for place, one in enumerate(run[0], run.start()):
            script = _script(one)
            before, after = token[place - 1 : place], token[place + 1 : place + 2]
            in_substance = one in _OF_SCIENCE and not (_small_latin(before) or _small_latin(after))
            if in_substance and not (imitated and len(run[0]) > 1):
                continue
            foreign = script not in _BESIDE_LATIN and script != "" and (script != "GREEK" or one in _LIKE_ASCII)
            if (mixed and (foreign or (one in _LATIN_LOOK_ALIKES and len(run[0]) > 1))) or imitated:
                found.add(place)
    return found


def _small_latin(character: str) -> bool:
    return "a" <= character <= "z"


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The first word of a letter's name, which is its script's; '' for what is no letter."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    if unicodedata.category(character)[0] != "L" and unicodedata.category(character) != "Nl":
        return ""
    return unicodedata.name(character, "UNNAMED").split(" ", 1)[0]
