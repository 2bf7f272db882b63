"""The audit of products by the stores in a trial's folder and in others, as both commands need it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.events.reading import trial_audited
from trialseal.cli.kits.lists import blinded
from trialseal.cli.session import Session
from trialseal.cli.stores_given import none_given, stores_given
from trialseal.cli.times import held_then
from trialseal.evidence.profiles import find_names
from trialseal.files import is_file
from trialseal.folder.layout import PROTOCOL
from trialseal.folder.trial_folder import TrialFolder

if TYPE_CHECKING:
    from trialseal.evidence.custody_streams import Gathered


def block_words(session: Session) -> str:
    """The block as of which the chain was read, as pages say it."""
    as_of = session.reader.as_of()
    return f"block {as_of.number:,} of chain {session.reader.chain_id()}"


def gathered(session: Session) -> tuple[Gathered, date]:
    """The evidence of the trial that the arguments name, and the day as of which it is judged."""
    from trialseal.evidence.custody_streams import gather

    args = session.args
    place = Path(args.trial)
    trial = trial_audited(session, place)
    as_of = held_then(args.as_of, session.reader.as_of().time)
    kits = blinded(args.kits, session.out.say) if args.kits else None
    stores = stores_given(trial, place, list(map(Path, args.folder)))
    if not stores:
        raise none_given(trial, args)
    folder = TrialFolder(place) if is_file(place / PROTOCOL, follow=False) else None
    evidence = gather(
        session.reader,
        trial,
        stores,
        find_names(session.reader, [session.home / "parties", *(folder.profile_folders if folder else [])]),
        kits=kits,
        accreditors=session.trusted,
        all_at_hand=args.kits_at_hand,
        as_of=as_of,
        progress=session.out.progress,
    )
    moment = datetime.now(UTC) if as_of is None else datetime.fromtimestamp(as_of, UTC)
    return evidence, moment.date()
