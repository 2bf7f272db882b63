"""tools/run brownie run anchor_events main FOLDER STREAM --network devnet: the head of a stream, put on the chain."""

from pathlib import Path

from scripts.active_network import desk_of, in_a_sentence, options, say

from trialseal.acts import streams
from trialseal.acts.carrying_out import carry_out
from trialseal.folder.layout import STREAMS
from trialseal.streams.store import open_stream


def main(*words: str) -> None:
    """Anchors the store of STREAM in FOLDER, with the proof that it extends the head that is there."""
    [path, name], named = options(words, "FOLDER STREAM")
    with in_a_sentence():
        desk, stream = desk_of(named), open_stream(Path(path) / STREAMS / name)
        config = stream.config
        present = desk.chain.head(config.trial, config.writer, config.id)
        if present and present.size == stream.size:
            print(f"stream {name} is anchored already with all of its {stream.size} entries: nothing was sent")
            return
        proof = stream.consistency_proof(present.size, stream.size) if present else []
        where = (config.trial, config.writer, config.id)
        say(carry_out(desk, streams.extend(*where, stream.size, stream.root(), proof, name)))
