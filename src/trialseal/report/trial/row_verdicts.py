"""Verdicts on proofs of single rows of sealed tables: what a row says, and how its table was sealed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import document_digest
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.escaping import visible
from trialseal.evidence.profiles import Names
from trialseal.evidence.seals import seals_of
from trialseal.evidence.source import StreamSource
from trialseal.folder.reading import FileReading
from trialseal.merkle.inclusions import Inclusions
from trialseal.report.trial.verdict import Verdict, of_proof, verdict
from trialseal.rules.catalogue import judge
from trialseal.rules.finding import Case, Finding, Status
from trialseal.tables.row_proof import disclosed, sealed_tree, words_of
from trialseal.tables.row_runs import Run, rows_words
from trialseal.tables.row_text import KIND, RowProof
from trialseal.tables.seal_form import is_plain

if TYPE_CHECKING:
    from trialseal.tables.seal_document import DatasetSeal

RULE = "row-proof"


class RowVerdicts:
    """The verdicts on rows of one trial, or of any; each seal document is looked for once, however many rows it has."""

    def __init__(
        self, chain: StreamSource, names: Names, trial: bytes | None = None, accreditors: Collection[bytes] = ()
    ) -> None:
        self._chain, self._names = chain, names
        self._trial, self._accreditors = trial, frozenset(accreditors)
        self._seals: dict[bytes, Verdict] = {}
        # Thousands of rows repeat one seal: by its text, which tells 1 from 1.0 and true, its form is checked once.
        self._checked: dict[str, tuple[DatasetSeal, Verdict]] = {}
        # Of those taken apart when they were read, by the seal that they have in common.
        self._apart: dict[int, tuple[Mapping[str, Any], Verdict, Inclusions]] = {}
        self._said: tuple[Verdict, str] | None = None

    def of_seal(self, seal: Mapping[str, Any]) -> Verdict:
        """The verdict on the seal document that is in a proof, by every rule that a file is judged by."""
        digest = document_digest(dict(seal))
        if digest not in self._seals:
            file = FileReading(f"the seal document of {seal['name']}", digest, digest, None, 0)
            [found] = seals_of(self._chain, [file], self._trial, self._names, [None], accreditors=self._accreditors)
            case = Case(found, self._names, self._accreditors, self._trial is not None)
            self._seals[digest] = verdict(case, judge(case), self._chain.as_of())
        return self._seals[digest]

    def of(self, file: FileReading) -> Verdict:
        """The verdict on a file that says that it is the proof of a row."""
        try:
            proof, sealed, tree = self._read(file)
            words = visible(words_of(proof, disclosed(proof, file.place, tree)))
        except FailedError as error:
            found = Finding(RULE, Status.FAILS, visible(str(error)))
            told = f"is the proof of a row, which does not hold: {found.sentence}"
            return Verdict(file.place, told, (found,), 1, file.digest, None, self._chain.as_of())
        return self._holding(file, words, sealed)

    def of_run(self, file: FileReading) -> Verdict:
        """The verdict on a file that says that it has many rows of one table."""
        try:
            run = Run(file.pieces(), file.place)
            words = visible(rows_words(run))
        except (FailedError, UndeterminedError, UsageError) as error:
            status = Status.FAILS if isinstance(error, FailedError) else Status.UNDETERMINED
            return of_proof(file, "rows of a table", RULE, status, str(error), None, self._chain.as_of())
        return self._holding(file, words, self.of_seal(run.seal))

    def exit_code_of(self, file: FileReading) -> int:
        """That of the verdict, which has no words of the row yet: of thousands nobody reads them."""
        try:
            proof, sealed, tree = self._read(file)
            disclosed(proof, file.place, tree)
        except FailedError:
            return 1
        return sealed.exit_code

    def _holding(self, file: FileReading, words: str, sealed: Verdict) -> Verdict:
        """The verdict on rows that hold, told in words, with that on their seal document."""
        findings = (Finding(RULE, Status.HOLDS, words), *sealed.findings)
        told = f"is the proof of {words}; {self._sentence(sealed)}"
        # That the rows hold adds nothing to the worst answer of their seal document.
        return Verdict(file.place, told, findings, sealed.exit_code, file.digest, sealed.trial, sealed.as_of)

    def _sentence(self, sealed: Verdict) -> str:
        """What is said of a seal document, which thousands of rows repeat."""
        if self._said is None or self._said[0] is not sealed:
            self._said = sealed, sealed.sentence
        return self._said[1]

    def _read(self, file: FileReading) -> tuple[RowProof, Verdict, Inclusions | None]:
        """The proof that a file is, the verdict on its seal document, and the sealed tree if other rows are of it;
        FailedError if it has another form."""
        apart = file.row
        if apart is not None:
            known = self._apart.get(id(apart.seal))
            if known is None and is_plain(apart.seal):
                known = self._known(apart.seal, self.of_seal(apart.seal))
            # Of a seal whose form is known, this much is left of what the model asks.
            if known is not None and 1 <= apart.row <= apart.seal["rows"] and apart.form.strip():
                return apart, *known[1:]
        proof, verdict = self._parsed(file)
        if apart is not None:
            return apart, *self._known(apart.seal, verdict)[1:]
        return RowProof.of(proof), verdict, None

    def _known(self, seal: Mapping[str, Any], verdict: Verdict) -> tuple[Mapping[str, Any], Verdict, Inclusions]:
        found = self._apart[id(seal)] = seal, verdict, sealed_tree(seal)
        return found

    def _parsed(self, file: FileReading) -> tuple[Mapping[str, Any], Verdict]:
        """As `_read`, by the model."""
        from trialseal.documents.parsing import parsed
        from trialseal.tables.seal_document import DatasetRow

        proof = file.value()
        text = json.dumps(proof.get("seal")) if isinstance(proof, dict) else ""
        known = self._checked.get(text)
        if known is not None and isinstance(proof, dict):
            parsed({**proof, "seal": known[0]}, file.place, {KIND: DatasetRow})
            return proof, known[1]
        document = parsed(proof, file.place, {KIND: DatasetRow})
        assert isinstance(proof, dict)  # all else was refused
        sealed = self.of_seal(proof["seal"])
        self._checked[text] = document.seal, sealed
        return proof, sealed
