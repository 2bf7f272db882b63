"""Why a file that is not sealed here may not be: what it differs from, and in what. Diagnosed, never forgiven."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

from trialseal import escaping
from trialseal.documents.canonical import (
    canonical_bytes,
    parse_json,
    plain_text,
    unix_text,
)
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.sealings import Sealing, sealings_of
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.source import ChainSource
from trialseal.evidence.wording import day, listed
from trialseal.files import is_file
from trialseal.folder.reading import FORMAT, FileReading
from trialseal.folder.receipts import Claim
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import Act
from trialseal.ledger.records import History
from trialseal.tables.names import SEAL_ENDING, seal_path

# Each variant of a file costs its hash and a place in a query; who verifies more files at once than this gets the
# diagnoses that need no query, and may name a file alone.
MOST_LOOKED_UP = 200
# So many trials are read to confirm what they sealed.
_MOST_CONFIRMED = 50
# Beyond this, JSON is not laid out anew in other styles.
_LARGEST_LAYOUT = 1 << 20
# So many characters of a value that differs are shown.
_SHOWN = 60
_UTF8_BOM = b"\xef\xbb\xbf"
_LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}
_MOST_TRAILING = 2
_TRANSPORT = "line endings", "a byte order mark", "trailing line ends"


def diagnose(
    chain: ChainSource, evidence: Sequence[FileEvidence], beside: Sequence[FileEvidence] = ()
) -> list[str | None]:
    """For each file that is not sealed: the sentence's end on why not; None where nothing is known.

    `beside` are the sealed files that are verified with them, such as a bundle's: they may be what a file is a copy of.
    """
    histories: dict[bytes, History | None] = {}
    copies = _Copies(chain, beside, histories)
    claims = {folder: folder.claims.last_about for folder in {one.folder for one in evidence} if folder}
    looked_up = len(evidence) <= MOST_LOOKED_UP
    candidates = [dict(_candidates(one.file)) if looked_up else {} for one in evidence]
    wanted = [digest for some in candidates for digest in some]
    shown = chain.acts_by_subject(wanted) if wanted else {}
    known = _confirmed(chain, shown, histories)
    return [
        _of_variant(some, known)
        or _of_elsewhere(one)
        or _of_table(one.file)
        or (_of_copy(one, copies) if looked_up else None)
        or _of_document(one, copies)
        or _of_name(chain, one, claims, histories)
        or _of_profile(one)
        or one.file.fault
        for one, some in zip(evidence, candidates, strict=True)
    ]


def first_difference(sealed: object, given: object) -> str | None:
    """Where two JSON values first differ: `endpoints[2].role was "primary", is "secondary"`; None if nowhere."""
    return _difference(sealed, given, "")


# ----- the same text in another dress -----


def _confirmed(
    chain: ChainSource, shown: Mapping[bytes, list[Act]], histories: dict[bytes, History | None]
) -> dict[bytes, Act]:
    """The first act about each digest that is one of its trial's, by the trial's own rolling digest."""
    trials = list(dict.fromkeys(act.trial for acts in shown.values() for act in acts))[:_MOST_CONFIRMED]
    chain.load(trials=trials)
    sealed = {trial: _sealed(chain, trial, histories) for trial in trials}
    found = {}
    for digest, acts in shown.items():
        if own := [act for act in acts if digest in sealed.get(act.trial, {})]:
            found[digest] = min(own, key=lambda act: act.time)
    return found


def _of_variant(candidates: Mapping[bytes, tuple[str, ...]], known: Mapping[bytes, Act]) -> str | None:
    found = [(len(reasons), reasons, known[digest]) for digest, reasons in candidates.items() if digest in known]
    if not found:
        return None
    _, reasons, act = min(found, key=lambda one: one[0])
    return f"differs from the file sealed {day(act.time)} only in {_listed(reasons)}"


def _candidates(file: FileReading) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """Digests that the file would have in another dress, each with what would then differ; fewest reasons win."""
    data = _read(file)
    if data is None:
        return
    found: dict[bytes, tuple[str, ...]] = {}
    for recoding, text in _encodings(data):
        for digest, reasons in (*_dresses(text), *_layouts(text)):
            both = (*recoding, *reasons)
            if digest not in file.digests and (digest not in found or len(both) < len(found[digest])):
                found[digest] = both
    yield from found.items()


def _encodings(data: bytes) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """The file as UTF-8: itself, or recoded from what Windows programs write."""
    try:
        data.decode("utf-8")
        if b"\x00" not in data:
            yield (), data
            return
    except UnicodeDecodeError:
        pass
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("cp1252",):
        try:
            yield ("the character encoding",), data.decode(encoding).encode()
        except UnicodeError:
            return


def _dresses(text: bytes) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """Every sensible mix of line ends, byte order mark and trailing line ends."""
    core = plain_text(text)
    marked = text.startswith(_UTF8_BOM)
    body = text.removeprefix(_UTF8_BOM)
    trailing = len(unix_text(body)) - len(core)
    present = _line_end(body)
    for name, end in _LINE_ENDS.items():
        for count in {*range(_MOST_TRAILING + 1), trailing}:
            dressed = (core + b"\n" * count).replace(b"\n", end)
            for mark in (False, True):
                reasons = (
                    (present != name and b"\n" in core + b"\n" * min(count, trailing), _TRANSPORT[0]),
                    (mark != marked, _TRANSPORT[1]),
                    (count != trailing, "a trailing newline" if abs(count - trailing) == 1 else _TRANSPORT[2]),
                )
                digest = sha256(_UTF8_BOM + dressed if mark else dressed).digest()
                yield digest, tuple(words for holds, words in reasons if holds)


def _layouts(text: bytes) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """JSON laid out as usual programs do, and in its RFC 8785 form, which is how documents are sealed."""
    body = text.removeprefix(_UTF8_BOM)
    if len(body) > _LARGEST_LAYOUT or not body.lstrip().startswith((b"{", b"[")):
        return
    try:
        value = parse_json(body, "")
        canonical = canonical_bytes(value)
    except UsageError:
        return
    is_document = isinstance(value, dict) and value.get("format") == FORMAT
    marked = (_TRANSPORT[1],) if text.startswith(_UTF8_BOM) else ()
    # A document of ours with a byte order mark cannot be read as one, but its content is the same.
    yield sha256(canonical).digest(), marked if is_document else ("key order or white space",)
    for indent in (None, 2, 4, "\t"):
        for plain in (False, True):
            laid = json.dumps(value, indent=indent, ensure_ascii=plain)
            compact = json.dumps(value, separators=(",", ":"), ensure_ascii=plain)
            for form in (laid, laid + "\n", compact):
                yield sha256(form.encode()).digest(), ("white space",)


def _line_end(data: bytes) -> str:
    """What ends most lines."""
    crlf = data.count(b"\r\n")
    counts = {"LF": data.count(b"\n") - crlf, "CRLF": crlf, "CR": data.count(b"\r") - crlf}
    return max(counts, key=lambda name: counts[name])


# ----- what other trials and sealed copies say, and last what receipts claim -----


def _of_elsewhere(evidence: FileEvidence) -> str | None:
    if not evidence.elsewhere:
        return None
    act = evidence.elsewhere[0]
    trials = len({one.trial for one in evidence.elsewhere})
    more = f" and {trials - 1} more" if trials > 1 else ""
    return f"it is sealed, but under another trial ({act.trial.hex()[:8]}…{more}), {day(act.time)}"


class _Copies:
    """The sealed files at hand: of a file's own folder, and those that are verified with it."""

    def __init__(
        self, chain: ChainSource, beside: Sequence[FileEvidence], histories: dict[bytes, History | None]
    ) -> None:
        self._chain = chain
        self._histories = histories
        self._beside: dict[bytes, list[FileReading]] = {}
        for one in beside:
            if one.trial is not None:
                self._beside.setdefault(one.trial.trial, []).append(one.file)
        self._said: dict[bytes, tuple[bytes | None, bytes | None]] = {}

    def of(self, evidence: FileEvidence) -> Iterator[tuple[list[FileReading], Mapping[bytes, Sealing]]]:
        """Trial by trial: files, and what of them the trial's acts seal."""
        folder = evidence.folder
        near = [(trial, folder.files) for trial in sorted(folder.trials)] if folder else []
        for trial, files in (*near, *self._beside.items()):
            if sealed := _sealed(self._chain, trial, self._histories):
                yield [one for one in files if not sealed.keys().isdisjoint(one.digests)], sealed

    def said_by(self, copy: FileReading) -> tuple[bytes | None, bytes | None]:
        """The digests of a copy's text without its dress, and of its JSON's canonical form; read once."""
        if copy.raw not in self._said:
            data = _read(copy)
            self._said[copy.raw] = (None, None) if data is None else (_text_digest(data), _canonical(copy, data))
        return self._said[copy.raw]


def _of_copy(evidence: FileEvidence, copies: _Copies) -> str | None:
    """Whether the file is the text, or the JSON, of a file at hand whose digest the chain holds, written otherwise."""
    data = _read(evidence.file)
    if data is None:
        return None
    texts: dict[bytes | None, tuple[str, ...]] = {_text_digest(text): recoding for recoding, text in _encodings(data)}
    canonical = _canonical(evidence.file, data)
    for files, sealed in copies.of(evidence):
        for copy in files:
            if (sealing := sealed.get(copy.raw)) is None:
                continue
            text, its = copies.said_by(copy)
            if text in texts:
                reasons = (*texts[text], "line endings, a byte order mark or trailing line ends")
                return f"differs from {sealing.words}, sealed {day(sealing.time)}, only in {_listed(reasons)}"
            if canonical is not None and its == canonical:
                return f"differs from {sealing.words}, sealed {day(sealing.time)}, only in key order or white space"
    return None


def _of_document(evidence: FileEvidence, copies: _Copies) -> str | None:
    """Where the document first differs from the sealed copy of it that is at hand."""
    document = evidence.file.document
    if document is None:
        return None
    for files, sealed in copies.of(evidence):
        copy = _nearest(evidence.file, files, sealed)
        if copy is None or copy.document is None or copy.canonical is None:
            continue
        sealing = sealed[copy.canonical]
        difference = first_difference(copy.document, document)
        return f"it has other content than {sealing.words}, sealed {day(sealing.time)} (first difference: {difference})"
    return None


def _nearest(file: FileReading, files: Sequence[FileReading], sealed: Mapping[bytes, Sealing]) -> FileReading | None:
    """The sealed document of the same kind at hand: of the same version, else the latest."""
    copies = [one for one in files if one.canonical in sealed and one.kind == file.kind]
    if not copies or file.document is None:
        return None
    version = file.document.get("version")

    def nearness(copy: FileReading) -> tuple[bool, int]:
        its = sealed[copy.canonical or b""].version
        return its == version, its

    return max(copies, key=nearness)


def _of_name(
    chain: ChainSource,
    evidence: FileEvidence,
    claims: Mapping[TrialFolder, Callable[[str], Claim | None]],
    histories: dict[bytes, History | None],
) -> str | None:
    claim = claims[evidence.folder](evidence.file.name) if evidence.folder else None
    digest = claim.receipt.digest if claim else None
    if claim is None or digest is None:
        return None
    sealed = _sealed(chain, claim.receipt.trial_id, histories).get(digest)
    if sealed is None:
        return f"it has the name of the file that {_called(claim)} is about, and no act that was shown seals that file"
    return (
        f"it has the name of {sealed.words}, sealed {day(sealed.time)}, but other content (that this is its name, "
        f"{_called(claim)} says, which anyone could have edited)"
    )


def _of_table(file: FileReading) -> str | None:
    """A table is sealed by a document of its own, whose digest the chain has, and not by its bytes."""
    if file.place.endswith(SEAL_ENDING) or not is_file(seal_path(file.path), follow=False):
        return None
    return (
        f"its seal document, {escaping.path(seal_path(file.path).name)}, lies beside it: trialseal dataset verify says "
        "whether it is what that one seals"
    )


def _of_profile(evidence: FileEvidence) -> str | None:
    if evidence.file.kind != "party-profile":
        return None
    return "it is a party's profile, and no party of this trial has this profile on the chain"


def _sealed(chain: ChainSource, trial: bytes, histories: dict[bytes, History | None]) -> dict[bytes, Sealing]:
    """What the acts of a trial seal; nothing if the chain has no such trial, or its acts are not all seen."""
    if trial not in histories:
        try:
            histories[trial] = chain.history(trial)
        except FailedError:
            histories[trial] = None
    history = histories[trial]
    return dict(sealings_of(history.acts)) if history and history.complete else {}


def _called(claim: Claim) -> str:
    return f"receipt {quoted(claim.path.name)}"


# ----- comparing -----


def _difference(sealed: object, given: object, path: str) -> str | None:
    if isinstance(sealed, dict) and isinstance(given, dict):
        for key in (*sealed, *(key for key in given if key not in sealed)):
            where = f"{path}.{key}" if path else str(key)
            if key not in given:
                return f"{where} was {_shown(_written(sealed[key]))}, is not there"
            if key not in sealed:
                return f"{where} was not there, is {_shown(_written(given[key]))}"
            if found := _difference(sealed[key], given[key], where):
                return found
        return None
    if isinstance(sealed, list) and isinstance(given, list):
        for index, (old, new) in enumerate(zip(sealed, given, strict=False)):
            if found := _difference(old, new, f"{path}[{index}]"):
                return found
        if len(sealed) != len(given):
            return f"{path or 'the list'} had {len(sealed)} items, has {len(given)}"
        return None
    # In JSON, true is not 1; and 1.0 is 1, as in RFC 8785.
    same = sealed == given and isinstance(sealed, bool) == isinstance(given, bool)
    if same:
        return None
    old, new = _written(sealed), _written(given)
    # What both begin with is left out as far as what differs would not be seen behind it.
    alike = next(
        (at for at, both in enumerate(zip(old, new, strict=False)) if both[0] != both[1]), min(len(old), len(new))
    )
    start = alike - _SHOWN // 2 if alike > _SHOWN - 10 else 0
    return f"{path or 'the document'} was {_shown(old, start)}, is {_shown(new, start)}"


def _written(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _shown(text: str, start: int = 0) -> str:
    quote = '"' if text.startswith('"') else ""  # a text that is cut keeps its quotation marks, as whole ones do
    shown = (f"{quote}…" if start else "") + text[start:]
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3]}…{quote}"


def _canonical(file: FileReading, data: bytes) -> bytes | None:
    if file.canonical is not None:
        return file.canonical
    if len(data) > _LARGEST_LAYOUT or not data.lstrip().startswith((b"{", b"[")):
        return None
    try:
        return sha256(canonical_bytes(parse_json(data, file.name))).digest()
    except UsageError:
        return None


def _text_digest(data: bytes) -> bytes:
    return sha256(plain_text(data)).digest()


def _read(file: FileReading) -> bytes | None:
    """The file's bytes, if it is no larger than a document may be and still what was read."""
    return file.again()


def _listed(reasons: Sequence[str]) -> str:
    return listed(list(dict.fromkeys(reasons)) or ["how it is written"])
