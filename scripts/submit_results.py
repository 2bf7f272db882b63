"""tools/run brownie run submit_results main FOLDER --network devnet: results, each with the proof of its endpoint."""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out_all
from trialseal.documents import models
from trialseal.evidence.trials import protocols_at_hand
from trialseal.folder.layout import RESULTS


def main(*words: str) -> None:
    """Reports every result of the results.json of FOLDER, one act each."""
    [path], named = options(words, "FOLDER")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        results = folder.readings.kept(folder.path / RESULTS)
        document = models.dump(models.parse_document(results.value(), str(results.path)))
        at_hand = protocols_at_hand(desk.chain.history(trial), folder.files)
        protocols = {version: text.document for version, text in at_hand.items()}
        reports = [trials.report_result(trial, desk.party, results, one, protocols) for one in document["results"]]
        carry_out_all(desk, reports, folder, told=say)
