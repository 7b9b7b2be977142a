"""What is wrong with one row never stops a company, and no money leaves without a word.

`make fuzz` draws a thousand corruptions; here are those that once were too much, in one build.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Engine
from fuzz.campaign import batches
from fuzz.company import CURRENCIES, make_company, write_company
from fuzz.folders import SETTINGS, Broken, breaks, refusal
from fuzz.judge import Outcome, Workshop
from fuzz.kept import DAYS, LINKS, kept

pytestmark = pytest.mark.slow

OPEN_ENDS = (
    ("contract_lines", "ends_on", "9999-12-31"),
    ("contract_lines", "terminated_on", "9999-12-31"),
)
LINKED = {column for _, _, column, _ in LINKS}
GOOD = (Outcome.EQUAL, Outcome.NAMED, Outcome.CHANGED)


def test_what_was_once_too_much_is_published_and_named(engine: Engine, tmp_path: Path) -> None:
    tables = make_company()
    corruptions = kept(tables)
    assert len(corruptions) >= 30
    assert len(corruptions) < len(CURRENCIES)
    verdicts = Workshop(engine, tmp_path, tables).judge(corruptions)
    bad = [verdict for verdict in verdicts if verdict.outcome not in GOOD]
    assert [f"{one.outcome}: {one.corruption}: {one.seen}" for one in bad] == []
    named = {verdict.corruption for verdict in verdicts if verdict.outcome is Outcome.NAMED}
    told = {(table, column, value) for table, _, column, value in DAYS} - set(OPEN_ENDS)
    assert [
        str(one)
        for one in corruptions
        if one not in named and (one.column in LINKED or (one.table, one.column, one.value) in told)
    ] == []


def test_a_campaign_is_the_same_for_the_same_seed() -> None:
    tables = make_company()
    first, second, other = (list(batches(seed, 100, tables)) for seed in (7, 7, 8))
    assert first == second != other
    assert sum(map(len, first)) == 100
    assert {type(one).__name__ for batch in list(batches(7, 300, tables)) for one in batch} == {
        "Corruption",
        "Broken",
    }


def test_what_is_wrong_with_a_setting_is_said_in_one_line(tmp_path: Path) -> None:
    tables = make_company()
    said = {}
    for text in SETTINGS:
        write_company(tables, tmp_path)
        broken = Broken("setting", "settings.yml", text)
        breaks(tmp_path, broken)
        said[text] = refusal(tmp_path)
    # Sixteen is a number, whichever way it is written.
    assert [text for text, line in said.items() if line is None] == ["outlier_factor: 0x10"]
    assert [line for line in said.values() if line and len(line.splitlines()) > 1] == []
