"""Whether the trial is in a registry that journals count."""

from __future__ import annotations

from trialseal.evidence.wording import listed
from trialseal.registries.accepted import ACCEPTED, Accepted
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.registries.numbers import read
from trialseal.rules.deadlines import ICMJE_REGISTRIES
from trialseal.rules.finding import Answer, Fact, fails, holds, rule, undetermined
from trialseal.rules.registration import record_numbers, with_intervention
from trialseal.rules.trial_case import TrialCase, stated


@rule(
    "registry-accepted",
    asks="Is the trial in a registry that ICMJE accepts?",
    source=ICMJE_REGISTRIES,
    applies="to trials with an intervention",
    needs="a registry record; its other numbers count too",
    item="2",
)
def registry_accepted(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    named = {registry: number for number in record_numbers(history) if (registry := read(number).registry)}
    facts = [stated(history, history.last, number) for number in named.values()]
    counted = [registry for registry in named if registry in ACCEPTED]
    if not named:
        return undetermined(f"of which registry {history.number} is, is not known here: which is it?")
    if not counted:
        return fails(
            f"ICMJE does not list {listed(list(named))}: is the trial in a registry that it accepts too?", *facts
        )
    facts += [Fact(f"{one}: accepted since {ACCEPTED[one].since} at the earliest", ACCEPTED[one].source)
              for one in counted]  # fmt: skip
    early = _before(history, ACCEPTED[counted[0]]) if counted[0] == history.registry else ""
    return holds(f"ICMJE accepts {listed(counted)}{early}", *facts)


def _before(history: RegistryHistory, accepted: Accepted) -> str:
    """'; it was submitted 2023-05-02, before that' of a record older than the acceptance of its registry."""
    submitted = history.first_submitted or history.registered
    if submitted is None or RegistryDate(submitted).last >= RegistryDate(accepted.since).first:
        return ""
    return f" since {accepted.since}; the trial was submitted there before, {submitted}"
