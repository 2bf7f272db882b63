"""Registry numbers: which spellings mean one number.

The contract knows no registry: it keeps claims under a fold of what was stated (`fold`). Which spellings are one number
is the reader's rule, given here: a number is read in its registry's own spelling (`number_forms`), whatever its case,
dashes, separators, leading zeros, labels, country or page around it. A number of no form known here is kept as stated,
and is the same only as one with the same letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from trialseal.errors import UsageError
from trialseal.registries.number_forms import CTIS, FORMS
from trialseal.registries.number_reading import INVISIBLE, NumberText, known_form, on_page
from trialseal.values import Value

CHAIN_BYTES = 32
"""How many bytes of ASCII a number may have on chain."""


class RegistryNumber(Value):
    """A registry number; two are equal if they are one number, however each was written."""

    registry: str | None
    """The registry's name, None if the number is of no form known here."""
    number: str
    """In its registry's own spelling; as stated where no registry is known."""
    given: str
    """The text as it was given."""
    filled: bool = False
    """Whether leading zeros were put in or taken out: a digit may have been lost."""
    key: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RegistryNumber) and (self.registry, self.key) == (other.registry, other.key)

    def __hash__(self) -> int:
        return hash((self.registry, self.key))

    @property
    def chain_text(self) -> str:
        """The text to state on chain: 1 to 32 characters of printable ASCII. Raises UsageError if there is none."""
        return _checked(self.number)

    @property
    def packed(self) -> bytes:
        """`chain_text` as 32 bytes, filled up with zero bytes on the right."""
        return self.chain_text.encode("ascii").ljust(CHAIN_BYTES, b"\0")

    @property
    def fold(self) -> bytes:
        """The 32 bytes under which the contract keeps claims of this number, if stated as `chain_text`."""
        return fold(self.chain_text)


def fold(number: str) -> bytes:
    """The contract's fold of a number as stated: letters in capitals and the digits 1 to 9, left-aligned in 32 bytes.

    '0' and all that is neither letter nor digit is dropped. Raises UsageError where the contract would refuse.
    """
    kept = re.sub("[^1-9A-Z]", "", _checked(number).upper())
    return kept.encode("ascii").ljust(CHAIN_BYTES, b"\0")


@lru_cache(maxsize=4096)
def read(text: str) -> RegistryNumber:
    """The number that a text states. Raises UsageError if the text has no letter and no digit."""
    text_read = NumberText.of(text)
    if not text_read.characters:
        raise UsageError(f"{_show(text)} is not a registry number: write one such as NCT04368728 or 2020-002641-42")
    found = known_form(text_read) or on_page(text)
    if found:
        return RegistryNumber(found.form.registry, found.number, text, found.filled, found.number)
    return RegistryNumber(None, _tidy(text), text, key=text_read.characters)


def read_known(text: str) -> RegistryNumber | None:
    """The number that a text states, None if it has no form known here."""
    try:
        number = read(text)
    except UsageError:
        return None
    return number if number.registry else None


def same(a: str, b: str) -> bool:
    """Whether two texts state one number."""
    return read(a) == read(b)


def stated(packed: bytes) -> str:
    """The text in 32 bytes as the contract lets through. Raises UsageError if the contract would not."""
    text = packed.rstrip(b"\0").decode("latin-1")
    fold(text)
    if len(packed) != CHAIN_BYTES:
        raise UsageError(f"the registry number has {len(packed)} bytes, not {CHAIN_BYTES}")
    return text


def doubt(number: RegistryNumber) -> str | None:
    """What makes a reader ask whether a number is what was meant, with what it may be; None if nothing does."""
    shown = _show(number.given)
    if number.filled:
        return f"{shown} has fewer or more zeros than its registry prints: is it {number.number}?"
    if number.registry == CTIS and number.number.count("-") == 2:
        return f"{shown} lacks the last two digits of a CTIS number: write it as CTIS shows it, like {_example(CTIS)}"
    if number.registry:
        return None
    characters = NumberText.of(number.given).characters
    if near := _near(characters):
        return f"{shown} is not of a registry known here: did you mean {near}?"
    for form in FORMS:
        if form.head and characters.startswith(form.head) and not characters[len(form.head) :].isalpha():
            return f"{shown} is not a number of {form.registry}: its numbers look like {form.examples[-1]}"
    if not any(one.isdigit() for one in characters):
        return f"{shown} has no digit: is it a registry's number, such as NCT04368728?"
    return None


def _near(characters: str) -> str | None:
    """The number that a mistyped one may be: letters in front swapped, one of them wrong, lacking or too many."""
    digits = characters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = characters.removesuffix(digits)
    for form in FORMS:
        if not form.head or not (sorted(letters) == sorted(form.head) or _one_off(letters, form.head)):
            continue
        found = known_form(NumberText.of(form.head + digits))
        if found and not found.filled:
            return found.number
    found = known_form(
        NumberText.of(re.sub("(?<=[A-Z0-9])[OIL](?=[0-9])", lambda one: "0" if one[0] == "O" else "1", characters))
    )
    return found.number if found else None


def _one_off(a: str, b: str) -> bool:
    """Whether one letter put in, left out or changed makes one text the other."""
    if a == b or abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < 3:
        return False
    first = next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[first + (len(a) >= len(b)) :] == b[first + (len(b) >= len(a)) :]


def _example(registry: str) -> str:
    return next(form.examples[-1] for form in FORMS if form.registry == registry)


def _tidy(text: str) -> str:
    """A number as stated, on one line: plain hyphens and spaces, nothing invisible, none around it."""
    kept = []
    for one in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(one)
        if category == "Pd" or one == "\u2212":
            kept.append("-")
        elif one.isspace():
            kept.append(" ")
        elif one not in INVISIBLE and category not in ("Cf", "Cc", "Mn", "Me"):
            kept.append(one)
    return " ".join("".join(kept).split())


def _checked(text: str) -> str:
    if not 1 <= len(text) <= CHAIN_BYTES or any(not " " <= one <= "~" for one in text):
        raise UsageError(
            f"the registry number {_show(text)} is not 1 to {CHAIN_BYTES} plain ASCII characters: "
            "write it without words around it"
        )
    if not re.search("[1-9A-Za-z]", text):
        raise UsageError(f"the registry number {_show(text)} has no letter and no digit but 0: correct it")
    return text


def _show(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
