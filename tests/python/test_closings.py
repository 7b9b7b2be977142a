"""Who closed or reopened a month: the log of closings, and that a refusal leaves no trace."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expansion_warehouse import cli
from expansion_warehouse.commands.close import run_close, run_reopen
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.closings import (
    CLOSE,
    LOG,
    Said,
    line_of,
    read_closings,
    require_closings,
    who,
)
from expansion_warehouse.publish.history import HISTORY, file_digest, read_history
from expansion_warehouse.publish.runs import current_run, write_latest
from expansion_warehouse.publish.seals import list_seals, verify_seals
from expansion_warehouse.publish.verify import begin_history, begin_logs, finish_seals, verify_home
from test_seals import AT, SETTINGS
from test_verify import Home, made, rewrite

__all__ = ["made"]

SAID = Said(AT, "Sato Hanako", "kim", "FIN-118")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    write_latest(home.published)
    return home


def places(home: Home) -> Places:
    return Places(project=home.root, home=home.root, raw=home.root / "raw")


def entries(home: Home) -> tuple[dict[str, Any], ...]:
    return read_closings(home.closed).entries


def listing(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_an_entry_says_who_closed_what_when_from_which_run(home: Home) -> None:
    first, second = entries(home)
    assert first == {
        "number": 1,
        "what": "close",
        "month": "2026-04",
        "at": "2026-06-09T08:00:00+00:00",
        "by": "Sato Hanako",
        "login": "kim",
        "note": None,
        "run": "run-1",
        "seal": list_seals(home.closed)[0].digest,
        "before": None,
        "hash": first["hash"],
    }
    assert (second["number"], second["before"]) == (2, first["hash"])
    assert list_seals(home.closed)[1].facts["closing"] == {
        "entry": 2,
        "at": "2026-06-09T08:00:00+00:00",
        "by": "Sato Hanako",
        "login": "kim",
        "note": None,
    }
    assert read_history(home.root / HISTORY).entries == (first, second)


def test_a_run_carries_the_log_and_what_its_seals_say(home: Home) -> None:
    run = home.published / "run-2"
    manifest = json.loads((run / "run.json").read_text())
    assert manifest["closings"] == {"entries": 1, "sha256": entries(home)[0]["hash"]}
    copied = {name for name in manifest["files"] if name.startswith("closed/")}
    assert copied == {"closed/log.jsonl", "closed/2026-04/seal.json"}
    seal = file_digest(run / "closed" / "2026-04" / "seal.json")
    assert seal == manifest["seals"]["2026-04"]["digest"]
    assert (
        "closed/log.jsonl" not in json.loads((run.parent / "run-1/run.json").read_text())["files"]
    )
    expected = f"{file_digest(run / 'run.json')}  run.json\n"
    assert (run / "run.json.sha256").read_text() == expected


def cut(home: Home) -> None:
    file = home.closed / LOG
    file.write_bytes(file.read_bytes().split(b"\n")[0] + b"\n")


def swap(home: Home) -> None:
    file = home.closed / LOG
    first, second, _ = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join((second, first, b"")))


def rewrite_tail(home: Home, **changes: Any) -> None:
    """The last entry is another one, hashed as if it had always been so."""
    file = home.closed / LOG
    first, second = entries(home)
    file.write_bytes(line_of(first) + b"\n" + line_of({**second, **changes}) + b"\n")


def add(home: Home) -> None:
    known = read_closings(home.closed)
    more = {**known.entries[1], "number": 3, "before": known.entries[1]["hash"]}
    with known.path.open("ab") as handle:
        handle.write(line_of(more) + b"\n")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (cut, "log.jsonl has other entries than history.jsonl (1 and 2)"),
        (swap, "log.jsonl: entry 1 does not follow entry 0"),
        (
            lambda home: rewrite_tail(home, by="Nobody"),
            "has other entries than history.jsonl (2 an",
        ),
        (add, "log.jsonl has other entries than history.jsonl (3 and 2)"),
        (lambda home: (home.closed / LOG).unlink(), "log.jsonl has other entries than history.js"),
        (
            lambda home: (home.closed / LOG).write_bytes(b"{}\n"),
            "log.jsonl: entry 1 is not as it was written: put it back from a backup",
        ),
    ],
)
def test_a_change_of_the_log_is_found_at_once_and_by_the_next_build(
    home: Home, change: Callable[[Home], Any], expected: str
) -> None:
    assert home.findings() == ()
    change(home)
    assert expected in "\n".join(home.findings())
    with pytest.raises(CheckFailed, match="put it back from a backup"):
        require_closings(home.closed, home.root / HISTORY)


def test_a_log_rewritten_in_both_places_is_found_by_who_remembers_it(home: Home) -> None:
    first, second = entries(home)
    rewrite_tail(home, by="Nobody")
    file = home.root / HISTORY
    text = json.dumps(second["hash"]), json.dumps(entries(home)[1]["hash"])
    file.write_text(
        file.read_text().replace(*text).replace('"by": "Sato Hanako"', '"by": "Nobody"')
    )
    findings = "\n".join(home.findings())
    assert "log.jsonl is not the log of closings that latest.json knows" in findings
    home.publish("run-3")
    (home.published / "run-2" / "closed" / LOG).write_bytes((home.closed / LOG).read_bytes())
    (home.closed / LOG).write_bytes(line_of({**first, "by": "Nobody"}) + b"\n")
    assert "closings that run run-2 knows: put it back" in "\n".join(home.findings())


def test_a_month_is_reopened_and_its_seal_kept(home: Home) -> None:
    before = list_seals(home.closed)[1].digest
    seal, kept = run_reopen(places(home), "2026-05", SAID)
    assert (seal.month, kept.name) == ("2026-05", "2026-05.3")
    assert [left.month for left in list_seals(home.closed)] == ["2026-04"]
    assert file_digest(kept / "seal.json") == before
    last = entries(home)[-1]
    assert (last["what"], last["note"], last["run"]) == ("reopen", "FIN-118", "run-2")
    assert home.findings() == ()
    home.publish("run-3")
    assert (home.published / "run-3" / "closed" / "reopened" / "2026-05.3" / "seal.json").is_file()
    home.seal("2026-05")
    assert home.findings(every=True) == ()
    assert list_seals(home.closed)[1].digest != before
    (kept / "months.parquet").write_bytes(b"x")
    assert "the seal of reopened/2026-05.3 was tampered with" in home.findings()[0]
    shutil.rmtree(kept)
    expected = "the reopened seal 2026-05.3 is not the one that log.jsonl names"
    assert expected in "\n".join(home.findings())
    with pytest.raises(CheckFailed, match=expected):
        begin_logs(home.published, home.closed, AT)


def test_a_run_that_used_a_reopened_seal_is_no_finding_and_stops_no_build(home: Home) -> None:
    home.publish("run-3")
    run_reopen(places(home), "2026-05", SAID)
    assert home.findings(every=True) == ()
    run = current_run(home.published)
    verify_seals(list_seals(home.closed), run, SETTINGS, read_history(home.root / HISTORY))
    with pytest.raises(CheckFailed, match="the seal of 2026-05 is gone"):
        verify_seals(list_seals(home.closed), run, SETTINGS, None)


def test_only_the_newest_sealed_month_is_reopened(home: Home) -> None:
    before = listing(home.root)
    for month, expected in {
        "2026-04": "2026-05 is sealed and opens where 2026-04 closed: reopen 2026-05 first",
        "2026-06": "2026-06 is not sealed, so nothing has to be reopened",
        "2026-6": "is not a month",
    }.items():
        with pytest.raises(BadInput, match=expected):
            run_reopen(places(home), month, SAID)
    assert listing(home.root) == before
    run_reopen(places(home), "2026-05", SAID)
    run_reopen(places(home), "2026-04", SAID)
    with pytest.raises(BadInput, match=r"2026-04 is not sealed.*\(no month is\)"):
        run_reopen(places(home), "2026-04", SAID)
    assert [entry["what"] for entry in entries(home)] == ["close", "close", "reopen", "reopen"]
    assert home.findings() == ()


def test_a_tampered_seal_cannot_be_got_rid_of_by_reopening(home: Home) -> None:
    (home.closed / "2026-05" / "months.parquet").write_bytes(b"x")
    with pytest.raises(CheckFailed, match="2026-05 was tampered with"):
        run_reopen(places(home), "2026-05", SAID)
    assert len(entries(home)) == 2


def test_seals_of_an_earlier_version_are_adopted_by_their_hash(home: Home) -> None:
    (home.closed / LOG).unlink()
    (home.root / HISTORY).unlink()
    (home.published / "latest.json").unlink()
    shutil.rmtree(home.published / "run-2")
    rewrite(home.published / "run-1" / "run.json", history=None)
    (home.published / "current").unlink()
    for month in ("2026-04", "2026-05"):
        rewrite(home.closed / month / "seal.json", previous=None, history=None, closing=None)
    verdict = verify_home(home.published, home.closed, None, False)
    assert verdict.findings == ()
    assert verdict.notes == ("there is no history.jsonl yet: the next build begins it",)
    begin_history(home.published, home.closed)
    (note,) = verify_home(home.published, home.closed, None, False).notes
    expected = "log.jsonl has no entry for 2 seals, 2026-04 to 2026-05: the next build adopts them"
    assert expected in note
    begin_logs(home.published, home.closed, AT)
    begin_logs(home.published, home.closed, AT)
    assert [(entry["what"], entry["month"], entry["run"]) for entry in entries(home)] == [
        ("adopt", "2026-04", None),
        ("adopt", "2026-05", None),
    ]
    assert entries(home)[0]["note"] == "found without an entry, adopted by hash"
    assert home.findings() == ()


def test_a_log_that_is_brought_with_its_seals_is_taken_over(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    shutil.copytree(home.closed, other.closed)
    begin_logs(other.published, other.closed, AT)
    assert entries(other) == entries(home) == read_history(other.root / HISTORY).entries
    assert "entries" not in "\n".join(other.findings())
    cut(other)
    assert "has other entries than history.jsonl (1 and 2)" in "\n".join(other.findings())


def test_what_was_cut_short_is_ended(home: Home) -> None:
    """After each step of a close and of a reopening: the log of the home has it, the rest not."""
    whole = (home.closed / LOG).read_bytes()
    (home.closed / "2026-05").rename(home.closed / ".tmp-2026-05")
    cut(home)
    finish_seals(home.closed, home.root / HISTORY)
    assert (home.closed / LOG).read_bytes() == whole
    assert home.findings() == ()
    (home.closed / LOG).write_bytes(whole[:-20])
    finish_seals(home.closed, home.root / HISTORY)
    assert (home.closed / LOG).read_bytes() == whole
    _, kept = run_reopen(places(home), "2026-05", SAID)
    reopened = (home.closed / LOG).read_bytes()
    kept.rename(home.closed / "2026-05")
    (home.closed / LOG).write_bytes(whole)
    finish_seals(home.closed, home.root / HISTORY)
    assert (home.closed / LOG).read_bytes() == reopened
    assert kept.is_dir()
    assert home.findings() == ()


def test_a_log_that_is_cut_by_more_than_an_interruption_is_not_mended(home: Home) -> None:
    whole = (home.closed / LOG).read_bytes()
    (home.closed / LOG).write_bytes(b"")
    finish_seals(home.closed, home.root / HISTORY)
    assert (home.closed / LOG).read_bytes() == b""
    (home.closed / LOG).write_bytes(whole)
    home.publish("run-3")
    cut(home)
    finish_seals(home.closed, home.root / HISTORY)
    assert len(entries(home)) == 1


def nothing(home: Home) -> None:
    shutil.rmtree(home.root)
    home.root.mkdir()


def foreign(home: Home) -> None:
    nothing(home)
    (home.root / "letters").mkdir()
    (home.root / "letters" / "a.txt").write_text("Dear")


@pytest.mark.parametrize(
    ("change", "month", "expected"),
    [
        (lambda home: shutil.rmtree(home.root), "2026-05", "nothing is published in .*home"),
        (nothing, "2026-05", "nothing is published in .*home"),
        (foreign, "2026-05", "nothing is published in .*home"),
        (lambda home: None, "2026-06", "2026-06 is not closed yet"),
        (lambda home: None, "2026-07", "2026-07 is not among the published months"),
        (lambda home: None, "2026-7", "is not a month"),
        (
            lambda home: shutil.rmtree(home.closed / "2026-05"),
            "2026-05",
            "is gone|no build database",
        ),
        (lambda home: (home.published / "run-2/run.json").write_text("{"), "2026-05", "is damaged"),
        (lambda home: None, "2026-05", None),
        (lambda home: None, "2026-04", None),
    ],
)
def test_a_refused_close_writes_nothing_at_all(
    home: Home, change: Callable[[Home], Any], month: str, expected: str | None
) -> None:
    """No folder, no file, no lock: in no home, of no closed month, of a sealed one."""
    (home.root / "build.duckdb").unlink()
    change(home)
    before = listing(home.root.parent)
    if expected is None:
        assert run_close(places(home), month, SAID)[0] == []
    else:
        with pytest.raises((BadInput, CheckFailed), match=expected):
            run_close(places(home), month, SAID)
    assert listing(home.root.parent) == before


def test_the_command_makes_no_home_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["close", "2026-05"], ["reopen", "2026-05", "--reason", "x"]):
        done = CliRunner().invoke(cli.app, [*arguments, "--home", "absent"])
        assert done.exit_code == 2
        assert CliRunner().invoke(cli.app, arguments).exit_code == 2
    assert listing(tmp_path) == {}


def test_a_refused_reopening_writes_nothing_at_all(home: Home) -> None:
    nothing(home)
    with pytest.raises(BadInput, match="2026-05 is not sealed"):
        run_reopen(places(home), "2026-05", SAID)
    assert listing(home.root) == {}


def test_a_close_is_entered_and_known_to_latest_json(home: Home) -> None:
    run_reopen(places(home), "2026-05", SAID)
    (seal,), _ = run_close(places(home), "2026-05", replace(SAID, note=None))
    latest = json.loads((home.published / "latest.json").read_text())
    assert latest["closings"] == read_closings(home.closed).head
    assert (entries(home)[-1]["what"], entries(home)[-1]["seal"]) == (CLOSE, seal.digest)
    assert home.findings() == ()


def test_the_command_says_what_it_entered_and_what_to_write_down(home: Home) -> None:
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(cli.app, [*arguments, "--home", str(home.root)])
        assert done.exit_code == 0, done.output
        return done.stdout

    said = call("reopen", "2026-05", "--reason", "FIN-118\u202e", "--by", "Lee")
    third = entries(home)[-1]
    assert third["note"] == "FIN-118\u202e"
    assert said.splitlines()[0].startswith("Reopened 2026-05; its seal is kept in ")
    assert said.splitlines()[-1] == f"  entry 3 by Lee: {third['hash']}"
    said = call("close", "2026-05", "--by", "Lee", "--note", "corrected")
    assert said.splitlines()[0] == "Sealed 2026-05, from run run-2."
    assert said.splitlines()[-1] == f"  entry 4 by Lee: {entries(home)[-1]['hash']}"
    assert call("close", "2026-05") == "2026-05 is sealed already.\n"
    told = json.loads(call("reopen", "2026-05", "--reason", "again", "--json"))
    assert told["log"] == {"entries": 5, "sha256": entries(home)[-1]["hash"]}
    told = json.loads(call("close", "2026-05", "--json"))
    assert told["sealed"][0]["closing"]["by"] == told["sealed"][0]["closing"]["login"]
    assert home.findings() == ()


def test_who_is_named_or_else_the_account_that_runs() -> None:
    assert who("--note", " Kim ", None, AT).by == "Kim"
    alone = who("--note", None, None, AT)
    assert alone.by == alone.login
    for by, note, expected in (
        ("  ", None, "--by must not be empty"),
        (None, "", "--reason must not be empty"),
        (None, "x" * 1001, "--reason is longer than 1000 characters"),
        ("\udcff", None, "--by is not UTF-8 text"),
    ):
        with pytest.raises(BadInput, match=expected):
            who("--reason", by, note, AT)
