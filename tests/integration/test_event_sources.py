"""Events from files that grow or are of another form, and from standard input."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.integration.test_command import User
from tests.integration.test_event_commands import SPONSOR, events, home, now, opened, store, trial, user

from trialseal.cli.events import appending

__all__ = ["home", "opened", "trial", "user"]


def test_a_growing_file_is_followed_and_taken_up_where_it_was_left(user: User, opened: Path, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    path.write_text("id,type,at,subject,seriousness\n")
    row = f"{{}},adverse-event,{now()},S-1,serious\n"
    follow = ("events", "append", opened, "ae", path, "--follow", "--stop-after", "0.1")
    with path.open("a") as file:
        file.write(row.format("AE-1") + row.format("AE-2") + row.format("AE-3")[:12])
    user(*follow)
    assert store(opened).size == 2
    with path.open("a") as file:
        file.write(row.format("AE-3")[12:])
        file.write(row.format("AE-4") + "AE-5,nonsense,,,\n")
    refused = user(*follow, code=1)
    assert f"{path}, line 6: type is 'nonsense'" in refused.err
    assert "2 events before it were appended" in refused.err
    assert [entry.event["id"] for entry in store(opened).entries() if entry.event] == ["AE-1", "AE-2", "AE-3", "AE-4"]
    whole = path.read_text().replace("AE-5,nonsense,,,\n", "")
    path.write_text(whole.replace("AE-4", "AE-9") + row.format("AE-10"))  # another file, longer, under the same name
    assert "does not begin with the 5 lines" in user(*follow, code=1).err
    path.write_text(whole + row.format("AE-5"))
    assert "1 event appended" in user(*follow).out
    path.write_text("id,type\n")
    assert "it is another file" in user(*follow, code=1).err


def test_what_is_written_while_a_file_is_followed_is_not_from_the_future(
    user: User, opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing.csv"
    at = datetime.fromtimestamp(time.time() + 3600, UTC).isoformat()
    path.write_text(f"id,type,at,subject,seriousness\nAE-1,adverse-event,{now()},S-1,serious\n")
    clock = time.time

    def sleep(_: float) -> None:  # an hour passes, and an event is written
        monkeypatch.setattr(appending.time, "time", lambda: clock() + 3700)
        with path.open("a") as file:
            file.write(f"AE-2,adverse-event,{at},S-1,serious\n")
        monkeypatch.setattr(appending.time, "sleep", lambda _: None)

    monkeypatch.setattr(appending.time, "sleep", sleep)
    user("events", "append", opened, "ae", path, "--follow", "--stop-after", "0.3")
    assert store(opened).size == 2


def test_a_follower_that_is_killed_loses_and_doubles_nothing(
    user: User, home: Path, opened: Path, tmp_path: Path
) -> None:
    path = tmp_path / "growing.ndjson"
    words = ["events", "append", str(opened), "ae", str(path), "--follow", "--stop-after", "2"]
    path.write_bytes(events(tmp_path, 0, 50).read_bytes())
    process = subprocess.Popen([sys.executable, "-m", "trialseal.cli", *words], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while store(opened).size < 50 and time.monotonic() < deadline:
        time.sleep(0.02)
    with path.open("ab") as file:
        file.write(events(tmp_path, 50, 90).read_bytes())
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    user("events", "append", opened, "ae", path, "--follow", "--stop-after", "0.1")
    assert [one.event["id"] for one in store(opened).entries() if one.event] == [f"AE-{n}" for n in range(90)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cut.csv", "id,type,at,subject,seriousness\nA-1,adverse-event,{at},S-1,ser", "line 2: the file ends here"),
        ("cut.ndjson", '{{"id":"A-1","type":"visit","at":"{at}","sub', "line 1: the file ends here"),
        ("short.csv", "id,type,at,subject,seriousness\nA-1,adverse-event,{at}\n", "line 2: has 3 cells"),
        ("quote.csv", 'id,type,at,subject,visit\nA-1,visit,{at},S-1,"day 1\n', "line 2: the file ends here"),
        ("twice.csv", "id,type,at,at\n", "two columns are called at"),
        ("nameless.csv", "id,type,,at\n", "column 3 has no name"),
        ("empty.csv", "", "is empty"),
        ("latin.csv", "id,type,at,subject,visit\nA-1,visit,{at},S-1,Größe\n", "line 2: is not UTF-8 (byte 0xf6)"),
        ("future.csv", "id,type,at,subject,visit\nA-1,visit,2999-01-01,S-1,day 1\n", "line 2: the event is dated in"),
        ("early.csv", "id,type,at,subject,visit\nA-1,visit,2001-01-01,S-1,day 1\n", "before the trial was registered"),
        ("no-type.ndjson", '{{"id":"A-1"}}\n', "line 1: type is missing"),
        ("list.ndjson", "[1]\n", "line 1: holds no JSON object"),
        ("again.ndjson", '{{"id":"A","id":"B"}}\n', "line 1 has the key 'id' twice"),
        ("own.ndjson", '{{"id":"A-1","type":"padding","at":"{at}"}}\n', "written by trialseal events anchor alone"),
        ("name.csv", "id,type,at,subject,visit\nA-1,visit,{at},S-1,Jane Miller\n", "line 2: visit holds"),
        ("born.csv", "id,type,at,subject,visit,dob\nA-1,visit,{at},S-1,day 1,1970-01-01\n", "line 2: dob"),
        ("number.csv", "id,type,at,subject,visit\nA-1,visit,{at},S-1234,day 1 S-1234\n", "holds the subject number"),
        ("spaces.csv", "id,type,at,subject,visit\nA-1,visit,{at}, S-1,day 1\n", "white space around it"),
        ("not.parquet", "PAR1", "is not a whole Parquet file"),
    ],
)  # fmt: skip
def test_of_a_bad_file_nothing_is_appended(
    user: User, opened: Path, tmp_path: Path, name: str, content: str, says: str
) -> None:
    path = tmp_path / name
    encoding = "latin-1" if name.startswith("latin") else "utf-8"
    path.write_text(content.format(at=now()), encoding=encoding)
    refused = user("events", "append", opened, "ae", path, code=None)
    assert refused.code in (1, 3)
    assert says in refused.err
    assert refused.err.count("\n") == 1
    assert store(opened).size == 0


def test_csv_ndjson_and_parquet_of_the_same_events_give_the_same_entries(
    user: User, trial: Path, tmp_path: Path
) -> None:
    import pandas as pd

    rows = [
        {"id": f"AE-{n}", "type": "adverse-event", "at": now(), "subject": f"S-{n}", "seriousness": "serious"}
        | ({"grade": n, "related": n % 2 == 0} if n else {})
        for n in range(4)
    ]
    table = pd.DataFrame(rows).astype({"grade": "Int64", "related": "boolean"})
    (tmp_path / "f.csv").write_bytes(b"\xef\xbb\xbf" + table.to_csv(index=False, lineterminator="\r\n").encode())
    (tmp_path / "f.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    table.to_parquet(tmp_path / "f.parquet")
    forms = []
    for kind in ("csv", "ndjson", "parquet"):
        user("events", "open", trial, kind, *SPONSOR)
        user("events", "append", trial, kind, tmp_path / f"f.{kind}")
        forms.append((trial / "streams" / kind / "entries.ndjson").read_bytes())
    assert forms[0] == forms[1] == forms[2]
    assert forms[0].count(b"\n") == 4


def test_events_come_by_standard_input(opened: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "trialseal.cli", "events", "append", str(opened), "ae", "-", "--json"]
    data = events(tmp_path, 0, 5).read_bytes()
    done = subprocess.run(words, input=data, capture_output=True, check=True)
    assert json.loads(done.stdout)["appended"] == 5
