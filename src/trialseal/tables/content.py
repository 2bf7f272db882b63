"""The trees over a table's rows: unsalted, which is its content digest, and salted, from which rows are disclosed.

Blocks of rows go to worker processes, each a whole subtree, so that two cores work and no leaf need be kept.
"""

from __future__ import annotations

import hmac
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from trialseal.documents.nonces import Nonces, nonce, salted_leaf
from trialseal.errors import FailedError, UndeterminedError
from trialseal.files import is_file, open_file
from trialseal.merkle import tree
from trialseal.merkle.growing import GrowingTree
from trialseal.tables import columns as columns_of
from trialseal.tables.infer import Mixed, guessed, guesses, settled, still
from trialseal.tables.notation import Notation
from trialseal.tables.schema import Column, Schema
from trialseal.tables.table import BLOCK_ROWS, Table

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str], None]
# Bytes that are kept of each row, so that a differing one can be found without the sealed table. Two of a billion rows
# share them by chance once in 40.
PREFIX_BYTES = 8
# Cells of a piece: 8,192 rows of 128 columns.
_MOST_CELLS = 1 << 20
# Below this a second process takes longer to start than it saves.
_WORTH_WORKERS = 24 << 20
# Subjects of a table. Each takes some 200 bytes of memory; no trial has had as many.
MAX_SUBJECTS = 2_000_000
_ID_BYTES = 32
_PREFIX_MARK = b"row"


class CellError(FailedError):
    """A cell that cannot be of its column's type."""

    def __init__(self, table: Table, column: Column, row: int, problem: str) -> None:
        super().__init__(f"{table.path}: row {row}, column {column.name} {problem}")
        self.column = column
        self.row = row
        """From 1."""
        self.problem = problem


@dataclass
class Salting:
    """The secrets from which the nonces of rows are made. Rows of a subject share its secret."""

    trial: bytes
    dataset: bytes
    own: bytes
    """Of rows about no subject."""
    subject: int | None = None
    """The column that names the subject."""
    secrets: dict[str, bytes] = field(default_factory=dict)
    """By the subject's canonical cell."""
    new_secret: Callable[[], bytes] | None = None
    """Makes a new subject's secret; None where no subject may be new."""

    def prefix(self, form: str) -> bytes:
        """What is kept of a row by its form: nobody makes it without the subject's secret, and so nobody can test a
        guess by it once that is destroyed."""
        key = _prefix_key(self.secrets.get(_subject_of(form, self), self.own), self.dataset)
        return sha256(key + sha256(b"\0" + form.encode("utf-8")).digest()).digest()[:PREFIX_BYTES]

    def nonce(self, subject: str, index: int) -> bytes:
        """HMAC-SHA-256(secret, trial ‖ dataset ‖ index as 8 bytes)."""
        secret = self.secrets.get(subject, self.own)
        return nonce(secret, self.trial, self.dataset, index)


class Opened(NamedTuple):
    """What discloses one row."""

    row: int
    """From 1; it is leaf `row`."""
    form: str
    nonce: bytes
    proof: list[bytes]


@dataclass(frozen=True)
class Content:
    """What the rows of a table come to."""

    schema: Schema
    rows: int
    root: bytes
    """The unsalted root: the content digest."""
    salted_root: bytes | None
    opened: Opened | None = None
    mixed: tuple[Mixed, ...] = ()
    """Of inferred types: the columns that are text though some of their values are numbers or dates."""


class _Work(NamedTuple):
    """One block for a worker."""

    first: int
    """The row number of its first row, from 1."""
    data: Any
    """Its raw columns: as they are, or as an Arrow stream for another process."""
    schema: Schema
    sas: bool
    notation: Notation
    nonces: tuple[bytes, list[bytes], bytes] | None
    """trial ‖ dataset; the secrets of the block's subjects; which of them each row has, as 32-bit numbers."""
    open_row: int | None
    unsure: frozenset[int] | None = None
    """Columns whose types are inferred from other rows, and must be what these would give too."""


class _Done(NamedTuple):
    rows: int
    root: bytes
    salted_root: bytes | None
    prefixes: bytes
    form: str | None
    leaves: list[bytes] | None
    """The salted leaves, where a row of the block is opened."""
    misfit: tuple[Column, int, str] | None = None


def content_of(
    table: Table,
    schema: Schema | None = None,
    *,
    salting: Salting | None = None,
    open_row: int | None = None,
    prefixes: BinaryIO | None = None,
    progress: Progress | None = None,
) -> Content:
    """The trees over a table's rows, read under `schema`, else under types stated by its form or inferred.

    Writes PREFIX_BYTES of each row to `prefixes` (Salting.prefix), which needs a salting. CellError for a cell that its
    column cannot hold.
    """
    if schema is not None:
        return _content(table, schema, salting, open_row, prefixes, progress)
    schema, mixed, unsure = _sampled(table) if table.untyped else (table.schema, (), None)
    surveyed = not table.untyped
    while True:
        try:
            found = _content(table, schema, salting, open_row, prefixes, progress, unsure)
            return replace(found, mixed=mixed)
        except CellError as error:
            if not surveyed:
                surveyed, unsure = True, None
                schema, mixed = guessed(table.blocks(), table.schema.names, table.reading.notation)
            elif (wider := _wider(error.column, sas=table.sas)) is not None:
                schema = schema.replaced(wider)
            else:
                raise
            if prefixes is not None:
                prefixes.seek(0)
                prefixes.truncate()


def first_guess(table: Table) -> Schema:
    """The schema inferred from the first block: right for most tables, corrected for the others."""
    return _sampled(table)[0]


def _sampled(table: Table) -> tuple[Schema, tuple[Mixed, ...], frozenset[int]]:
    """What is inferred from the first block, and the columns to which any other value may give another type."""
    try:
        first = next((table.sample or table.blocks)(), None)
    except FailedError:  # the sample may end within a cell; what is wrong with the file, its blocks say
        first = next(table.blocks(), None)
    names = table.schema.names
    found = guesses([first] if first is not None else [], names, table.reading.notation)
    schema, mixed = settled(found, names)
    # What is text by some value stays text.
    unsure = [number for number, guess in enumerate(found) if schema.columns[number].type != "text" or guess.is_open]
    return schema, mixed, frozenset(unsure)


def block_rows(table: Table) -> int:
    """Rows of a piece: a power of two, fewer where a table is so wide that they would fill the memory."""
    size = BLOCK_ROWS
    while size > 1 and size * len(table.schema.columns) > _MOST_CELLS:
        size //= 2
    return size


def blocks_of(table: Table, size: int | None = None) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows in pieces that are whole subtrees: the schema leaf takes the first place of the first one.

    Yields the number of the first row, from 1, and the raw columns.
    """
    import pyarrow as pa

    size = size or block_rows(table)
    names = [str(number) for number in range(len(table.schema.columns))]
    pending: deque[pa.RecordBatch] = deque()
    waiting, row, wanted = 0, 1, size - 1
    for block in table.blocks():
        pending.append(pa.RecordBatch.from_arrays(block, names))
        waiting += pending[-1].num_rows
        while waiting >= wanted:
            yield row, _taken(pending, wanted)
            waiting, row, wanted = waiting - wanted, row + wanted, size
    if waiting:
        yield row, _taken(pending, waiting)


def _taken(pending: deque[pa.RecordBatch], wanted: int) -> pa.RecordBatch:
    """The next `wanted` rows of what is pending, as one batch."""
    import pyarrow as pa

    pieces = []
    while wanted:
        batch = pending.popleft()
        if batch.num_rows > wanted:
            pending.appendleft(batch.slice(wanted))
            batch = batch.slice(0, wanted)
        pieces.append(batch)
        wanted -= batch.num_rows
    if len(pieces) == 1:
        return pieces[0]
    arrays = [_concatenated([piece.column(number) for piece in pieces]) for number in range(pieces[0].num_columns)]
    return pa.RecordBatch.from_arrays(arrays, pieces[0].schema.names)


def _concatenated(arrays: list[Any]) -> Any:
    """Arrays one behind the other; where only some blocks hold SAS's special missing values, or are text."""
    import pyarrow as pa

    kinds = {array.type for array in arrays}
    if len(kinds) > 1:
        if any(pa.types.is_string(kind) for kind in kinds):  # whole numbers too large for doubles in one of them
            arrays = [one if pa.types.is_string(one.type) else one.cast("int64").cast("string") for one in arrays]
        else:
            arrays = [
                one
                if pa.types.is_struct(one.type)
                else pa.StructArray.from_arrays([one, pa.nulls(len(one), pa.string())], ["value", "missing"])
                for one in arrays
            ]
    return pa.concat_arrays(arrays)


def _content(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    prefixes: BinaryIO | None,
    progress: Progress | None,
    unsure: frozenset[int] | None = None,
) -> Content:
    rows = 0
    roots: list[bytes] = []
    salted_roots: list[bytes] = []
    opened: tuple[int, str, list[bytes], int] | None = None
    with _hashing(table) as hashed:
        for done in hashed(_work(table, schema, salting, open_row, unsure, local=hashed is _here)):
            if done.misfit:
                column, row, problem = done.misfit
                raise CellError(table, column, row, problem)
            if done.form is not None and done.leaves is not None:
                opened = (len(roots), done.form, done.leaves, rows)
            rows += done.rows
            roots.append(done.root)
            if done.salted_root:
                salted_roots.append(done.salted_root)
            if prefixes is not None:
                prefixes.write(done.prefixes)
            if progress:
                progress(f"{rows:,} rows of {table.path.name} …")
    if not roots:
        roots = salted_roots = [schema.leaf()]
    # Each root is that of a whole subtree of block_rows leaves but for the last, so that the splits of a tree over them
    # are those of RFC 9162, 2.1.1.
    salted = tree.root(salted_roots) if salting else None
    proven = None
    if opened and open_row and salting:
        block, form, leaves, _ = opened
        place = open_row - block * block_rows(table)
        proof = [*tree.inclusion_proof(leaves, place), *tree.inclusion_proof(salted_roots, block)]
        subject = _subject_of(form, salting)
        proven = Opened(open_row, form, salting.nonce(subject, open_row), proof)
    return Content(schema, rows, tree.root(roots), salted, proven)


def _subject_of(form: str, salting: Salting) -> str:
    import json

    from trialseal.documents.canonical import canonical_bytes

    if salting.subject is None:
        return ""
    return canonical_bytes(json.loads(form, parse_int=float)[salting.subject]).decode()


def _work(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    unsure: frozenset[int] | None,
    *,
    local: bool,
) -> Iterator[_Work]:
    import pyarrow as pa

    for first, batch in blocks_of(table):
        nonces = None
        if salting is not None:
            try:
                nonces = _subjects(batch, schema, salting, table)
            except columns_of.CellMisfit as misfit:
                raise CellError(table, misfit.column, first + misfit.row, misfit.problem) from None
        data: Any = batch
        if not local:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            data = sink.getvalue().to_pybytes()
        last = first + batch.num_rows
        wanted = open_row if open_row is not None and first <= open_row < last else None
        yield _Work(first, data, schema, table.sas, table.reading.notation, nonces, wanted, unsure)


def _subjects(batch: Any, schema: Schema, salting: Salting, table: Table) -> tuple[bytes, list[bytes], bytes]:
    """Whose secret each row of a block has; new subjects get one."""
    import numpy as np

    about = salting.trial + salting.dataset
    if salting.subject is None:
        return about, [salting.own], bytes(4 * batch.num_rows)
    column = schema.columns[salting.subject]
    cells = columns_of.fragments(batch.column(salting.subject), column, sas=table.sas, notation=table.reading.notation)
    named = cells.dictionary_encode()
    secrets = []
    for subject in named.dictionary.to_pylist():
        if subject == "null":
            secrets.append(salting.own)
            continue
        if subject not in salting.secrets and salting.new_secret:
            if len(salting.secrets) >= MAX_SUBJECTS:
                raise FailedError(
                    f"column {column.name} names more than {MAX_SUBJECTS} subjects: name the subject's column with "
                    "--subject, or seal without one with --no-subject"
                )
            salting.secrets[subject] = salting.new_secret()
        secrets.append(salting.secrets.get(subject, salting.own))
    return about, secrets, named.indices.to_numpy().astype(np.int32).tobytes()


# ----- hashing, here or in worker processes -----


def _here(work: Iterator[_Work]) -> Iterator[_Done]:
    return map(hash_block, work)


@contextmanager
def _hashing(table: Table) -> Iterator[Callable[[Iterator[_Work]], Iterator[_Done]]]:
    """How blocks are hashed: in this process, or for a large file in one worker a core."""
    workers = os.cpu_count() or 1
    size = table.path.stat().st_size if is_file(table.path) else 0
    if size < _WORTH_WORKERS or workers < 2:
        yield _here
        return
    import multiprocessing

    # Arrow has threads of its own, which a forked process would lack: workers come from a server that has imported it
    # and never used it.
    context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
    if hasattr(os, "fork"):
        context.set_forkserver_preload(["trialseal.tables.preloaded"])
    # Ctrl-C is for this process, which then ends the others.
    pool = ProcessPoolExecutor(workers, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield lambda work: _in_order(pool, work, workers + 1)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, work: Iterator[_Work], at_once: int) -> Iterator[_Done]:
    """Answers in the order of the work; no more blocks in memory than `at_once`."""
    under_way: deque[Future[_Done]] = deque()
    try:
        for one in work:
            under_way.append(pool.submit(hash_block, one))
            if len(under_way) >= at_once:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool:
        raise UndeterminedError(
            "a process that hashes rows was ended from outside, perhaps for want of memory: nothing was written; free "
            "some and run the same command again"
        ) from None


def hash_block(work: _Work) -> _Done:
    """The roots over a block's leaves, unsalted and salted, with the schema's leaf before those of the first block."""
    import pyarrow as pa

    batch = work.data if isinstance(work.data, pa.RecordBatch) else pa.ipc.open_stream(work.data).read_next_batch()
    for number in sorted(work.unsure or ()):
        plain = work.notation.plain_array(batch.column(number))
        if not still(plain, column := work.schema.columns[number]):
            return _Done(0, b"", None, b"", None, None, (column, work.first, "is not all of the type first inferred"))
    try:
        forms = columns_of.row_forms(batch.columns, work.schema, sas=work.sas, prefix="\0", notation=work.notation)
    except columns_of.CellMisfit as misfit:
        return _Done(0, b"", None, b"", None, None, (misfit.column, work.first + misfit.row, misfit.problem))
    entries = _entries(forms)
    plain = _hashed(entries)
    prefixes = _prefixes(plain, work) if work.nonces else b""
    before = [work.schema.leaf()] if work.first == 1 else []
    salted = before + _salted(entries, work) if work.nonces else None
    form = None
    if work.open_row is not None:
        form = entries[work.open_row - work.first][1:].decode()
    return _Done(
        len(entries),
        _root(before + plain),
        _root(salted) if salted else None,
        prefixes,
        form,
        salted if form is not None else None,
    )


def _root(leaves: list[bytes]) -> bytes:
    return GrowingTree(b"".join(leaves)).root()


def _entries(forms: Any) -> list[bytes]:
    """What each row's unsalted leaf is the SHA-256 of."""
    import numpy as np

    _, offsets_buffer, data = forms.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32, len(forms) + 1, forms.offset * 4).tolist()
    whole = data.to_pybytes()
    return [whole[start:end] for start, end in pairwise(offsets)]


def _hashed(entries: Sequence[bytes]) -> list[bytes]:
    """SHA-256 of each. A copy of a fresh state costs two thirds of a new one."""
    fresh, leaves = sha256(), []
    for entry in entries:
        state = fresh.copy()
        state.update(entry)
        leaves.append(state.digest())
    return leaves


def _prefixes(leaves: Sequence[bytes], work: _Work) -> bytes:
    """Salting.prefix of each row, from its unsalted leaf."""
    import numpy as np

    assert work.nonces is not None
    about, secrets, codes = work.nonces
    keyed = [sha256(_prefix_key(secret, about[-_ID_BYTES:])) for secret in secrets]
    found = []
    for leaf, code in zip(leaves, np.frombuffer(codes, np.int32).tolist(), strict=True):
        state = keyed[code].copy()
        state.update(leaf)
        found.append(state.digest()[:PREFIX_BYTES])
    return b"".join(found)


def _prefix_key(secret: bytes, dataset: bytes) -> bytes:
    return hmac.digest(secret, dataset + _PREFIX_MARK, "sha256")


def _salted(entries: Sequence[bytes], work: _Work) -> list[bytes]:
    """The salted leaf of each row."""
    import numpy as np

    assert work.nonces is not None
    about, secrets, codes = work.nonces
    made = [Nonces(secret, about[:_ID_BYTES], about[_ID_BYTES:]) for secret in secrets]
    numbered = enumerate(zip(entries, np.frombuffer(codes, np.int32).tolist(), strict=True), work.first)
    return [salted_leaf(made[code].at(index), entry[1:]) for index, (entry, code) in numbered]


def _wider(column: Column, *, sas: bool) -> Column | None:
    """The next type that holds more, where a form's own type does not hold all of a column's values."""
    match column.type:
        case "number":
            return Column(column.name, "integer")
        case "integer":
            return Column(column.name, "decimal")
        case "date" | "datetime" | "time" if sas:
            return Column(column.name, "number")
        case "text":
            return None
        case _:
            return Column(column.name, "text")


# ----- the bytes of a file -----


class FileFacts(NamedTuple):
    """What the bytes of a file come to."""

    digest: bytes
    """SHA-256."""
    size: int
    quotes: int
    """How many quotation marks it has."""


def file_facts(path: Path) -> FileFacts:
    """Digest and more of a file's bytes, read once."""
    digest, size, quotes = sha256(), 0, 0
    with open_file(path, buffering=0) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            quotes += piece.count(b'"')
    return FileFacts(digest.digest(), size, quotes)
