"""tools/run brownie run seal_dataset main FOLDER TABLE --network devnet: a table, by the content of its rows."""

from pathlib import Path

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.folder.reading import of_bytes
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.tables import names, sealing
from trialseal.tables.reading import open_table
from trialseal.tables.table import Reading


def main(*words: str) -> None:
    """Makes the seal of TABLE unless it is there, and seals it in the trial of FOLDER."""
    [path, table], named = options(words, "FOLDER TABLE")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        where = names.seal_path(Path(table))
        if where.exists():
            sealed = sealing.read_seal(where)
        else:
            opened = open_table(Path(table), Reading())
            subject = sealing.SUBJECT_COLUMN if sealing.SUBJECT_COLUMN in opened.schema.names else None
            protocol = folder.protocol().document or {}
            made = sealing.make(opened, trial=trial, trial_name=protocol.get("trial"), subject=subject, beside=where)
            sealed = sealing.keep(made, where)
        state = desk.chain.trial(trial)
        version = (state.versions[DocumentKind.DATASET] if state else 0) + 1
        reading = of_bytes(where, sealed.data)
        kind, blinding = DocumentKind.DATASET, Blinding.NOT_STATED
        say(carry_out(desk, trials.seal(trial, desk.party, reading, kind, version, blinding, sealed.name), folder))
