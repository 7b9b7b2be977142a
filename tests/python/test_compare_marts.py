"""The comparison of two files of marts finds what differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from compare_marts import main

ROWS = "create table kpi_nrr as from (values (1, 0.5), (2, null), (2, null)) as rows (month, t3)"


def marts(file: Path, *statements: str) -> str:
    with duckdb.connect(str(file)) as con:
        for statement in (ROWS, *statements):
            con.execute(statement)
    return str(file)


def test_equal_marts_are_equal_in_any_order_and_under_a_new_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = marts(tmp_path / "old.duckdb")
    new = marts(
        tmp_path / "new.duckdb",
        "alter table kpi_nrr rename t3 to limit_reached",
        "create or replace table kpi_nrr as from kpi_nrr order by month desc",
    )
    assert main([old, new, "--rename", "t3=limit_reached"]) == 0
    assert capsys.readouterr().out.splitlines() == ["1 marts, 6 cells compared", "equal"]


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("update kpi_nrr set t3 = 0.6 where month = 1", "kpi_nrr: 1 rows only in"),
        ("update kpi_nrr set t3 = 0 where month = 2", "kpi_nrr: 2 rows only in"),
        ("insert into kpi_nrr values (2, null)", "kpi_nrr: 1 rows only in"),
        ("alter table kpi_nrr add column grr double", "kpi_nrr.grr: only on one side"),
        ("create table kpi_more as select 1 as one", "kpi_more: only in"),
        ("drop table kpi_nrr", "kpi_nrr: only in"),
    ],
)
def test_a_difference_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, line: str
) -> None:
    old, new = marts(tmp_path / "old.duckdb"), marts(tmp_path / "new.duckdb", statement)
    assert main([old, new]) == 1
    assert line in capsys.readouterr().out
