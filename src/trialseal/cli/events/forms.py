"""What the options and the map say of a file of events: how it is written, and what its columns mean."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.events.stores import site_key
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.nearest import meant

if TYPE_CHECKING:
    from trialseal.streams.exports import Export
    from trialseal.streams.intake import Settings
    from trialseal.streams.maps.event_map import EventMap, FileForm
    from trialseal.streams.reconciling import Scope
    from trialseal.streams.sources import Style
    from trialseal.streams.store import StreamStore

_SIGNS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


def settings_of(session: Session, stream: StreamStore) -> Settings:
    """What rows are judged by, as the options and the map have it."""
    from trialseal.streams.intake import Settings

    args = session.args
    map = named_map(args.map) if args.map else None
    # A new key would give participants of this stream a second pseudonym, under which erasing would not find the first.
    key = site_key(session, make=not stream.secrets.has_subjects)
    return Settings(
        stream.config,
        key,
        "standard input" if args.file == "-" else args.file,
        int(time.time()),
        args.before_registration,
        args.pseudonyms,
        map=map,
        form=form_of(args, map),
        stated=_stated(args.set, map),
        running_ids=args.running_ids,
    )


def named_map(name: str) -> EventMap:
    """The map in a file, or the one that is shipped under a name."""
    from trialseal.streams.maps import shipped
    from trialseal.streams.maps.event_map import read_map

    if Path(name).suffix == ".toml" or Path(name).exists():
        return read_map(Path(name))
    if name not in shipped.names():
        raise UsageError(
            f"there is no map {name}{meant(name, shipped.names())}: name a file, or one of "
            f"{', '.join(shipped.names())}; trialseal events map FILE drafts one"
        )
    return shipped.read(name)


def form_of(args: Any, map: EventMap | None) -> FileForm:
    """How the file is written: options go before the map."""
    from trialseal.streams.maps.event_map import FileForm, check_form

    stated = {
        "encoding": args.encoding,
        "delimiter": _SIGNS.get(args.delimiter, args.delimiter) if args.delimiter else None,
        "decimal": args.decimal,
        "dates": args.dates,
        "zone": args.zone,
        "repeated_hour": args.repeated_hour,
        "names_row": args.names_row,
        "missing": tuple(args.missing) or None,
        "cumulative": getattr(args, "cumulative", None) or None,
    }
    given: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
    return check_form(replace(map.file if map else FileForm(), **given))


def _stated(given: list[str], map: EventMap | None) -> dict[str, str]:
    """The members that `--set MEMBER=VALUE` states."""
    from trialseal.documents.events import EVENT_TYPES

    known = {name for model in EVENT_TYPES.values() for name in model.model_fields} - {"format", "kind", "id"}
    found: dict[str, str] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not value:
            raise UsageError(f"--set {one} states nothing: write --set MEMBER=VALUE, such as --set site=DE01")
        if name not in known or (map and name == "type"):
            raise UsageError(f"--set {one}: no event has a member {name}{meant(name, sorted(known))}")
        found[name] = value
    return found


def export_of(
    session: Session, stream: StreamStore, settings: Settings, path: Path | None
) -> tuple[Export, Scope | None]:
    """The file as it is to be read, and of which entries it tells; None where it need not tell of all."""
    from trialseal.streams.exports import Export
    from trialseal.streams.maps.event_map import FileForm
    from trialseal.streams.pseudonyms import pseudonym
    from trialseal.streams.reconciling import Scope, marker

    map, form = settings.map, settings.form
    # Whatever changes what a row means makes it another row; what the file is called, or holds besides, does not.
    meaning = replace(map, title="", file=FileForm()) if map else None
    about = repr(
        (
            meaning,
            replace(form, cumulative=False),
            sorted(settings.stated.items()),
            settings.pseudonyms,
            session.args.format,
        )
    )
    export = Export(
        path=path,
        name=settings.name,
        kind=session.args.format,
        form=form,
        wanted=map.columns() if map else None,
        refuse=lambda refused: None,
        mark=marker(stream, about + settings.site_key.hex()),
        typed="type" in settings.stated,
    )
    if not form.cumulative:
        return export, None
    if map is None:
        raise UsageError("--cumulative needs to know which types of events the file tells of: name a map with --map")
    keyed = all(one.key for one in map.events)
    prefixes = tuple(f"{one.prefix}-" for one in map.events) if keyed else ()
    shared = {name: value for name, value in settings.stated.items() if name in ("subject", "site")}
    if (subject := shared.get("subject")) and not settings.pseudonyms:
        shared["subject"] = pseudonym(settings.site_key, subject)
    return export, Scope(frozenset(one.type for one in map.events), prefixes, shared)


def style_of(settings: Settings) -> Style:
    """The file as text that grows."""
    from trialseal.streams.sources import Style

    form = settings.form
    return Style(form.delimiter or ",", form.names_row or 1, settings.map.columns() if settings.map else None)
