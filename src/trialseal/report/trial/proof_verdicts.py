"""The verdicts on proofs of events, rows and endpoints: imported only where there are some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.profiles import Names
from trialseal.evidence.source import StreamSource
from trialseal.folder.reading import ENDPOINT_PROOF, ROW_PROOF, FileReading
from trialseal.report.trial.row_verdicts import RowVerdicts
from trialseal.report.trial.verdict import Verdict, of_proof
from trialseal.rules.finding import Status


def of_proofs(
    chain: StreamSource,
    files: Sequence[FileReading],
    trial: bytes | None,
    names: Names,
    accreditors: Collection[bytes],
    kept: int | None,
) -> tuple[list[Verdict], Counter[int]]:
    """The verdicts on proofs of events, rows and endpoints; of rows, if only some are `kept`, how many more there are
    by exit code."""
    found: list[Verdict] = []
    judged: Counter[int] = Counter()
    rows = RowVerdicts(chain, names, trial, accreditors)
    for file in files:
        if file.kind == ROW_PROOF:
            if kept is not None:
                code = rows.exit_code_of(file)
                judged[code] += 1
                if not code or judged[code] > kept:
                    continue
            found.append(rows.of(file))
        elif file.kind == ENDPOINT_PROOF:
            from trialseal.report.trial.endpoint_verdicts import of_endpoint

            found.append(of_endpoint(chain, file, trial))
        elif file.has_rows:
            found.append(rows.of_run(file))
        else:
            found.append(_of_event(chain, file, trial))
    if kept is not None:
        judged = Counter({code: number if not code else max(0, number - kept) for code, number in judged.items()})
    return found, judged


def _of_event(chain: StreamSource, file: FileReading, trial: bytes | None) -> Verdict:
    """The verdict on the proof of an event."""
    from trialseal.evidence.event_proofs import anchored
    from trialseal.streams.proof import parse_proof

    status, of = Status.HOLDS, None
    try:
        data = file.again()
        if data is None:
            raise UndeterminedError("it was written to while it was read: run the command again")
        proof = parse_proof(data, file.path)
        of = proof.trial
        words = anchored(chain, proof, trial).sentence
    except FailedError as error:
        status, words = Status.FAILS, str(error)
    except (UndeterminedError, UsageError) as error:
        status, words = Status.UNDETERMINED, str(error)
    return of_proof(file, "an event", "event-proof", status, words, of, chain.as_of())
