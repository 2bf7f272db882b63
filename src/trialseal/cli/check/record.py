"""The registry record that a check is about, with its history: read, or where to download it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.registries.numbers import doubt, read

if TYPE_CHECKING:
    from trialseal.cli.check.reported import ReportedSide
    from trialseal.registries.history import RegistryHistory
    from trialseal.report.check.view import SourceView


_ENDINGS = (".json", ".xml", ".csv", ".txt")
_FILE_NAMES = "{0}.json (or .xml, .csv, .txt)"


def record_and_history(session: Session, side: ReportedSide | None) -> tuple[RegistryHistory | None, list[SourceView]]:
    """The record and its history as one; where to download them, if they are not there."""
    from trialseal.registries.history_merging import merged
    from trialseal.registries.reading import read_histories, read_registry

    args = session.args
    found: list[RegistryHistory] = []
    number = None
    if args.record and not Path(args.record).exists():
        number = _number(args.record)
    elif args.record:
        found.append(read_registry(args.record, _named_among(args.record, side)))
    elif side and (own := side.own_number()):
        number = own
    if (number and not args.history) or (number and _file_of(number)):
        found.append(_record_of(number))
    wanted = found[0].number if found else number
    if args.history:
        place = Path(args.history)
        if not place.exists():
            raise UsageError(f"{place} is not there: name a history's file or a folder of earlier versions")
        if place.is_dir():
            history = read_registry(place)
            listed = [history]
        else:
            listed = list(read_histories(place))
        same = [one for one in listed if wanted in (None, one.number)]
        if not same:
            raise UsageError(f"{place} holds no history of {wanted}: {_where_history(wanted or 'NUMBER')}")
        if wanted is None and len({one.number for one in same}) > 1:
            raise UsageError(f"{place} holds histories of {len(same)} trials: name the record too")
        found += same
    if not found:
        raise UsageError(
            "no registry record was given, and the manuscript names no registry number: give the record's file"
        )
    whole = merged(found)
    return whole, [source_of(whole)]


def source_of(whole: RegistryHistory) -> SourceView:
    """What was read of the registry, as the report names it."""
    from trialseal.report.check.view import SourceView

    names = dict.fromkeys(version.source for version in whole.versions)
    count = f"{len(whole.versions)} version{'' if len(whole.versions) == 1 else 's'}"
    known = "all there are, as its source says" if whole.complete else "earlier ones may exist"
    detail = f"{whole.registry}, {whole.number}, {count} ({known}), last of {whole.last.date or 'a day not stated'}"
    return SourceView("record", ", ".join(_short(list(names))), detail)


def _short(names: list[str]) -> list[str]:
    return names if len(names) <= 3 else [*names[:2], f"and {len(names) - 2} more"]


def _number(text: str) -> str:
    try:
        number = read(text)
    except UsageError as error:
        raise UsageError(f"there is no file {text}, and {error}") from None
    if number.registry is None:
        why = doubt(number) or f"{text} is not a registry number known here: write one such as NCT04368728"
        raise UsageError(f"there is no file {text}, and {why}")
    return number.number


def _record_of(number: str) -> RegistryHistory:
    from trialseal.registries.reading import read_registry

    path = _file_of(number)
    if path is None:
        raise UsageError(
            f"the record of {number} is not here as {_FILE_NAMES.format(number)}: {where_record(number)}; "
            f"{_where_history(number)}"
        )
    return read_registry(path, number)


def _file_of(number: str) -> Path | None:
    """The file in this folder that is named as the record of a number."""
    stem = number.replace("/", "-")
    return next((path for ending in _ENDINGS if (path := Path(f"{stem}{ending}")).exists()), None)


def _named_among(path: str, side: ReportedSide | None) -> str | None:
    """Of a download of several trials, the number that the manuscript gives as its own."""
    if side is None or Path(path).is_dir():
        return None
    try:
        return side.own_number()
    except UsageError:  # it names several: the file must then hold one trial
        return None


def where_record(number: str) -> str:
    if number.startswith("NCT"):
        return f"download it from https://clinicaltrials.gov/api/v2/studies/{number} and save it as {number}.json"
    from trialseal.registries.places import record_place

    return f"download it from {record_place(number)}"


def _where_history(number: str) -> str:
    if number.startswith("NCT"):
        return (
            f"its earlier versions are at https://clinicaltrials.gov/api/int/studies/{number}/history/0, /1 and so on "
            "(for --history)"
        )
    return "save dated copies of its record in a folder (for --history)"
