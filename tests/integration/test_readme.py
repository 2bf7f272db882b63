"""README as nine people walk it: every command as it stands there, in its order, at a terminal that answers yes."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.integration.test_command import free_port

from trialseal.cli import main
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMPT = "Go on? [y/N] "

# Sections of other pages that a walk leads through, where README links them; each goes on from the lines before.
LINKED = (
    "docs/acting.md#many-acts-in-one-file",
    "docs/acting.md#signed-here-sent-by-others",
    "docs/streams.md#an-export-that-comes-again",
)
# What a command answers, where that is not 0.
WORST = {
    "dataset diff": 1,  # the tables differ
    "consent audit": 2,  # the one participant was erased
    "share audit": 2,  # the tombstone of that is not anchored yet
    "check": 2,  # a paper of five lines leaves things open
    "replay": 2,  # and so does a record
}
# What no later act and no copy brings back, or what stays in sight for good: each asks, or the line says --yes.
IRREVERSIBLE = (
    "register", "amend", "seal", "milestone", "correct", "results", "sign", "events forget", "dataset forget",
    "dataset seal", "share permit",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Whom a section of README is for, what they read and keep when they have typed its lines, what asks first."""

    section: str
    reads: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


PEOPLE = {
    "a reviewer": Person(
        "For a reviewer",
        reads=(
            "vouched for by the hash that you typed",
            "results.json is the results document of NCT99999902 for endpoint P1 of protocol version 1",
            "14 checks hold, none fails",
            "altered.json is not sealed here",
            "vouched for by nobody whom you trust: what follows cannot be determined yet",
            '"Earplugs after surgery (fictitious)"',
            "complete: 5 acts",
        ),
        keeps=("received.html", "received-summary.html"),
    ),
    "a journal editor": Person(
        "For a journal editor",
        reads=(
            "2 outcomes, 1 of them primary written to outcomes.csv",
            "Nobody has confirmed the outcomes found in paper.txt",
            "draft of the questions to the authors written to letter.txt",
            "0 of 2 manuscripts raise a question; 1 more needs a reader first",
        ),
        keeps=("check.html", "letter.txt", "checks.csv", "pages/paper.txt.html", "letters/paper.txt.txt"),
    ),
    "a trials-unit manager": Person(
        "For a trials-unit manager, or a sponsor",
        reads=(
            "cannot be undone: each act on the chain, the registration first",
            "my-trial/protocol.json is made of synopsis.csv and endpoints.csv",
            "its operator sets the clock and can rewrite it: good for trying out, no proof to others",
            "nothing was sent",
            "this stays: the trial, and each later act, under your party",
            "act 1: trial SALT-01 with protocol version 1 and 3 endpoints",
            "act 7: endpoint END1, proven to be in protocol version 2",
            "which is before this seal: the seal cannot show what was planned before",
            'measurement variable was "Systolic blood pressure, mmHg", is "Systolic pressure, seated, mmHg"',
            'registered in version 2: primary endpoint END1: "Systolic pressure, seated, mmHg", 12 week',
            'reported of END1: "No difference in systolic blood pressure at week 12 was seen."',
            "act 4 is: analysis plan version 1 sealed",
            "act 8: correction of act 4",
        ),
        keeps=("my-trial/protocol.json", "my-trial/receipts"),
        asked=("register", "seal", "milestone", "amend", "results", "correct"),
    ),
    "an ethics committee": Person(
        "For an ethics committee",
        reads=(
            "primary endpoint END1",
            "changed since version 1:",
            'was "Systolic blood pressure, mmHg", is "Systolic pressure, seated, mmHg"',
            "approved: protocol version 2",
            "withdrawn, recorded",
        ),
        asked=("vouch", "approve", "withdraw"),
    ),
    "in regulatory affairs": Person(
        "For regulatory affairs",
        reads=(
            "2 acts in 1 transaction",
            "register the trial in a public registry, and seal the number that it gives",
            "This list does not know:",
            "taken off the list, by your word",
        ),
        keeps=("due.html", "due.ics", "../office.age", "../restored"),
        asked=("register", "milestone", "batch"),
    ),
    "a data manager": Person(
        "For a data manager",
        reads=(
            "1 event appended to stream adverse-events as entry 0; until it is anchored, it could still be changed",
            "1 entry, anchored 20",
            "1 stream was ever opened in trial",
            "all hold",
            "would be destroyed, and cannot be brought back",
            "proofs of all other rows hold",
        ),
        keeps=("proof.json", "trail.html", "intake.svg", "changes.csv", "row.trialseal"),
        asked=("events forget", "dataset seal", "dataset forget"),
    ),
    "a pharmacist": Person(
        "For a pharmacist, at a site or a depot",
        reads=("kit K-0001: on hand at DE-01", "condition ok (entry 0 of stream kits)"),
    ),
    "a data-access secretary": Person(
        "For a data-access secretary",
        reads=(
            "a key that went out cannot be called back",
            "1 permit on the chain, of which 1 shown; 1 hand-over: 0 open questions",
        ),
        keeps=("researcher.permit", "sharing.csv", "sharing.html"),
        asked=("share permit",),
    ),
    "an inspector": Person(
        "For an inspector",
        reads=(
            "complete: 14 acts, which are all of them",
            "in the stream: entry 0 of the 1 under root",
            "later.trialseal extends trial.trialseal: it begins with the same 14 acts",
            "1 kit, 1 more on the list in no entry and 0 lots of stock without numbers",
        ),
        keeps=("timeline.html", "trial.trialseal", "later.trialseal", "kits.html", "inspection.trialseal"),
    ),
}


def sections(page: Path = ROOT / "README.md") -> dict[str, str]:
    """The text under each heading, in order."""
    parts = re.split(r"^##+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def lines(text: str) -> list[str]:
    """The lines of a section's code blocks that a reader types to a shell; a link of LINKED leads through its lines."""
    found: list[str] = []
    for block, link in re.findall(r"```sh\n(.*?)```|\]\((docs/[^)]+)\)", text, re.DOTALL):
        if link in LINKED:
            page, anchor = link.split("#")
            below = {anchor_of(heading): part for heading, part in sections(ROOT / page).items()}
            found += lines(below[anchor])
        found += [line for line in block.splitlines() if line.strip()]
    return found


def anchor_of(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def words_of(line: str) -> list[str]:
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line.split("  #")[0])]


class Terminal(io.StringIO):
    """Standard error of a terminal at which a person sits."""

    def isatty(self) -> bool:
        return True


class Yes(Terminal):
    """What that person types: yes where that is asked, and Enter where a question may be left open."""

    def __init__(self, shown: Terminal) -> None:
        super().__init__()
        self._shown = shown

    def readline(self, size: int = -1, /) -> str:
        return "y\n" if self._shown.getvalue().endswith(PROMPT) else "\n"


@dataclass(frozen=True)
class Step:
    """A command that was typed, and what came of it."""

    section: str
    words: tuple[str, ...]
    code: int
    said: str

    @property
    def command(self) -> str:
        """Its name: one word, or two."""
        two = " ".join(self.words[:2])
        return two if two in (*WORST, *IRREVERSIBLE) else self.words[0]

    @property
    def asked(self) -> bool:
        return PROMPT in self.said

    @property
    def as_wanted(self) -> bool:
        """Whether it ended as README lets a reader expect."""
        if self.section == PEOPLE["a reviewer"].section:
            vouched = "--block-hash" in self.words
            return self.code == (1 if "received/altered.json" in self.words else 0 if vouched else 2)
        # The README's enrolment was in 2020 and this chain's clock is today's: sealed late, which fails no one.
        late = self.words[0] == "verify" and "after first participant enrolled 2020-04-29" in self.said
        return self.code == (2 if late else WORST.get(self.command, 0))


class Walk:
    """README's lines, typed one after the other in a folder of its example."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self.place, self._patch = place, patch
        self.home = place.parent / "home"
        self.steps: list[Step] = []

    def type(self, section: str, line: str) -> None:
        """Types a line as it stands, with a reader's own values in the place of URL, HASH and PARTY."""
        words = words_of(line)
        if words[0] in ("printf", "sed", "cp"):
            subprocess.run(["sh", "-c", line], cwd=self.place, check=True, timeout=10)
        elif words[0] == "export":
            self._patch.setenv(*words[1].split("="))
        elif words[0] == "trialseal":
            self._by_hand(words[1:])
            self._run(section, self._filled(words[1:]))

    def _run(self, section: str, words: list[str]) -> None:
        out, shown = io.StringIO(), Terminal()
        self._patch.setattr(sys, "stdin", Yes(shown))
        with redirect_stdout(out), redirect_stderr(shown):
            code = main(words)
        self.steps.append(Step(section, tuple(words), code, out.getvalue() + shown.getvalue()))

    def _filled(self, words: list[str]) -> list[str]:
        if words[:2] == ["devnet", "up"]:
            return [*words, "--port", str(free_port())]
        mine = {}
        if "URL" in words or "HASH" in words:
            network = networks.resolve("devnet", self.home)
            block = Chain(network).block()
            assert block is not None
            mine = {"URL": network.url, "HASH": block["hash"]}
        if "PARTY" in words:
            mine["PARTY"] = json.loads((self.home / "parties.json").read_text())[0]["party"]
        return [mine.get(word, word) for word in words]

    def _by_hand(self, words: list[str]) -> None:
        """What the reader does by hand before a command."""
        trial = self.place / "my-trial"
        if words[0] == "amend":
            assert "Edit `my-trial/endpoints.csv` before you type `amend`" in " ".join(README.split())
            sheet = trial / "endpoints.csv"
            text = sheet.read_text()
            sheet.write_text(text.replace("Systolic blood pressure, mmHg", "Systolic pressure, seated, mmHg"))
        if "--update" in words:  # months later
            Chain(networks.resolve("devnet", self.home)).rpc.call("evm_mine", [])


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """All of README's sections for people, walked once, in a copy of the files that it names and a home of its own."""
    top = tmp_path_factory.mktemp("readme")
    home = top / "home"
    home.mkdir()
    (home / "password").write_text("correct horse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIALSEAL_HOME", str(home))
        patch.setenv("TRIALSEAL_PASSWORD_FILE", str(home / "password"))
        patch.delenv("TRIALSEAL_ACCOUNT", raising=False)
        patch.chdir(top)
        assert "trialseal example first-use\ncd first-use\n" in README
        assert main(["example", "first-use"]) == 0
        patch.chdir(top / "first-use")
        walked = Walk(top / "first-use", patch)
        try:
            for section, text in sections().items():
                if section.startswith("For ") or section == "Without ether":
                    for line in lines(text):
                        walked.type(section, line)
            yield walked
        finally:
            main(["devnet", "down"])


def told(steps: list[Step]) -> str:
    return "".join(f"$ trialseal {' '.join(one.words)}\n{one.said}[{one.code}]\n" for one in steps)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_persons_walk(walk: Walk, person: str) -> None:
    one = PEOPLE[person]
    steps = [step for step in walk.steps if step.section == one.section]
    assert steps, f"the section {one.section!r} shows no command"
    unwanted = [step for step in steps if not step.as_wanted]
    assert not unwanted, told(unwanted)
    said = told(steps)
    assert [sentence for sentence in one.reads if sentence not in said] == [], said
    assert [kept for kept in one.keeps if not (walk.place / kept).exists()] == []
    assert tuple(dict.fromkeys(step.command for step in steps if step.asked)) == one.asked, said


def test_the_other_sections_run_as_written(walk: Walk) -> None:
    others = [step for step in walk.steps if step.section not in {one.section for one in PEOPLE.values()}]
    unwanted = [step for step in others if not step.as_wanted]
    assert len({step.section for step in others}) == 5 and not unwanted, told(unwanted)


def test_the_walk_leads_through_each_linked_section() -> None:
    for link in LINKED:
        assert README.count(f"]({link})") == 1, link
        page, anchor = link.split("#")
        assert [part for heading, part in sections(ROOT / page).items() if anchor_of(heading) == anchor and lines(part)]


def test_no_step_that_cannot_be_undone_is_without_a_question(walk: Walk) -> None:
    final = [step for step in walk.steps if step.command in IRREVERSIBLE and "--dry-run" not in step.words]
    assert {step.command for step in final} == set(IRREVERSIBLE)
    sent = [step for step in final if "nothing was sent" not in step.said]
    silent = [step for step in sent if not step.asked and "--yes" not in step.words]
    assert not silent, told(silent)


def test_each_person_is_named_by_the_doors_and_told_one_command() -> None:
    doors = README[README.index("| you want to |") : README.index("## Two commands")]
    order = list(sections())
    places = []
    for person, one in PEOPLE.items():
        assert re.search(rf"\[[^\]]*{person}[^\]]*\]\(#{anchor_of(one.section)}\)", doors), person
        assert person.removeprefix("in ") in one.section
        first = " ".join(sections()[one.section].strip().partition("\n\n")[0].split())
        assert re.match(r"You (?:want|have)\b", first) and re.search(r": `trialseal [a-z]", first), one.section
        places.append(order.index(one.section))
    assert places == sorted(places)


def test_readme_names_only_commands_that_exist() -> None:
    from trialseal.cli.parser import build_parser

    [group] = [action for action in build_parser()._actions if action.dest == "command"]
    named = set(re.findall(r"(?<!\.)\btrialseal ([a-z][a-z-]*)", README)) - {"puts", "recognises"}
    assert named <= set(group.choices) | {"help"}  # type: ignore[call-overload]


def test_readme_names_only_files_that_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert (ROOT / target).exists(), target
