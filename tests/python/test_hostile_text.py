"""What others wrote into names and cells reaches no terminal, log or page as it is.

And, on the same two builds of the tiny project: paths are values, and a raw folder that changes
under a build publishes nothing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from expansion_warehouse.gates.checks import GateReport
from expansion_warehouse.gates.quality_page import write_report
from expansion_warehouse.printable import clean_log, json_text, printable, printable_line
from expansion_warehouse.raw.listing import Unread
from tiny_project import RAW, Tiny, make_tiny, query, write_raw

ESCAPE = "\x1b]0;title\x07\x1b[31m\x9b1m\u202egnp\u200b"
NAME = "x\x1b[2J\u202e<b>.csv"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]")
PLACE = "ra*w [1]' {x} %41"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain Text, 生の データ é €\n\tb", "plain Text, 生の データ é €\n\tb"),
        ("\x1b[31m\x07\x00", "\\x1b[31m\\x07\\x00"),
        ("\x7f\x9b\x85", "\\x7f\\x9b\\x85"),
        ("a\u202eb\u2066\u200f\u061c", "a\\u202eb\\u2066\\u200f\\u061c"),
        ("\u200b\ufeff\u2028\xad\r", "\\u200b\\ufeff\\u2028\\xad\\x0d"),
        ("\ud800\U000e0041", "\\ud800\\U000e0041"),
    ],
)
def test_nothing_that_steers_or_hides_is_left(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_a_line_stays_one_line() -> None:
    assert printable_line("a\nb\tc\u2029d") == "a\\nb\\tc\\u2029d"


def test_json_says_the_same_and_steers_nothing() -> None:
    content = {ESCAPE: [ESCAPE, "😀", "\U000e0041", "é"]}
    text = json_text(content)
    assert json.loads(text) == content
    assert STEERS.findall(text) == []
    assert "é" in text


def test_a_log_is_cleaned_from_where_it_was_clean(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert clean_log(log) == 0
    log.write_bytes(b"one\x1b\n")
    size = clean_log(log)
    with log.open("ab") as file:
        file.write(b"two\x9d\xc2\x9b\n")
    assert clean_log(log, size) == log.stat().st_size
    assert log.read_text(encoding="utf-8") == "one\\x1b\ntwo�\\x9b\n"
    log.write_bytes(b"\x1b")
    clean_log(log, size)
    assert log.read_bytes() == b"\\x1b"


def test_a_page_shows_names_as_text(tmp_path: Path) -> None:
    page = write_report(
        GateReport("raw", (), 0.0), tmp_path, {"raw folder": NAME}, not_read=[Unread(NAME, "why")]
    )
    text = page.read_text(encoding="utf-8")
    assert "<b>" not in text
    assert "x\\x1b[2J\\u202e&lt;b&gt;.csv" in text
    assert STEERS.findall(text + (tmp_path / "raw.json").read_text(encoding="utf-8")) == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A tiny warehouse with hostile names and cells in a folder whose name is a pattern."""
    made = make_tiny(tmp_path_factory.mktemp("hostile"))
    tiny = Tiny(project=made.project, home=made.home.with_name(PLACE))
    made.home.rename(tiny.home)
    header, *lines = RAW["contract_lines"].splitlines()
    rows = [f"{line},{ESCAPE}" for line in lines]
    bad = f"C4,K4,A1,P1,{ESCAPE},1,{ESCAPE},month,JPY,2025-05-01,"
    sibling = tiny.home.with_name("raxw 1' {x} %41")
    write_raw(sibling / "raw", {**RAW, "accounts": "account_id\nB1\n"})
    text = "\n".join([f"{header},note{ESCAPE}", *rows, bad, ""])
    write_raw(tiny.raw, {**RAW, "contract_lines": text})
    (tiny.raw / NAME).write_text("x", encoding="utf-8")
    return tiny


def test_a_build_with_hostile_names_says_all_and_steers_nothing(hostile: Tiny) -> None:
    done = hostile.run("build", "--as-of", "2025-06-30")
    assert done.returncode == 0, done.stderr
    assert query(hostile, "select sum(mrr) from fct_mrr") == [(200_000,)]
    assert "note\\x1b]0;title\\x07" in done.stdout
    assert "Not read" in done.stdout
    assert "x\\x1b[2J\\u202e<b>.csv" in done.stdout
    folder = hostile.published / "current"
    story = (folder / "run.json").read_text(encoding="utf-8")
    assert [other["why"] for other in json.loads(story)["not_read"]] == ["no table of the contract"]
    pages = [path.read_text(encoding="utf-8") for path in (folder / "quality").iterdir()]
    logs = [path.read_text(encoding="utf-8") for path in (hostile.home / "logs").iterdir()]
    assert "Files that were not read" in "".join(pages)
    for text in (done.stdout, done.stderr, story, *pages, *logs):
        assert STEERS.findall(text) == []


def test_a_file_that_changes_during_a_build_publishes_nothing(hostile: Tiny) -> None:
    """The models of the second build are made of what the gate has seen: somebody writes then."""
    before = hostile.current()
    target = f"{hostile.raw}/accounts.csv".replace("'", "''")
    hook = f"copy (select 'A7' as account_id) to '{target}' (header)"
    model = hostile.project / "models" / "marts" / "fct_mrr.sql"
    text = model.read_text(encoding="utf-8")
    model.write_text(f'{{{{ config(pre_hook="{hook}") }}}}\n{text}', encoding="utf-8")
    done = hostile.run("build", "--as-of", "2025-06-30")
    model.write_text(text, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    assert "accounts.csv was written; the raw folder changed while" in done.stderr
    assert hostile.current() == before


def test_an_error_shows_the_hostile_name_and_steers_nothing(hostile: Tiny) -> None:
    write_raw(hostile.raw, {"plans": f"plan_id,product_id,{ESCAPE}\n"})
    done = hostile.run("build", "--as-of", "2025-06-30")
    assert done.returncode == 2
    assert "required column tier_rank is missing" in done.stderr
    assert STEERS.findall(done.stderr) == []
