"""What audits of a trial's streams ask of the chain, read so that a bundle proves it: heads, and who took part."""

from __future__ import annotations

from trialseal.cli.share.own import Sharing
from trialseal.documents.sharing import Application, Permit
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.reader import Reader


def load_streams(reader: Reader, trial: bytes, folder: TrialFolder | None) -> int:
    """Reads every head of every stream of the trial, and what is attested about their writers and about recipients.

    Who may open data only documents say: recipients are those of the folder's. Returns how many streams there are.
    """
    streams = reader.streams(trial)
    for one in streams:
        reader.head_history(trial, one.writer, one.stream)
    parties = {one.writer for one in streams}
    for document in Sharing(folder.path).documents([]).values() if folder else ():
        if isinstance(document, Application | Permit):
            parties.add(bytes.fromhex(document.recipient))
    reader.load(subjects=sorted(parties), parties=sorted(parties))
    return len(streams)
