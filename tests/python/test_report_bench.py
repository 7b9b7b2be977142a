"""The copy of a run that `make report-bench` measures: accounts several times, all else once."""

from __future__ import annotations

from pathlib import Path

import duckdb

from report_bench import copy_run

MARTS = """
create table dim_accounts as select * from (values ('A', 'A', 'Alder'), ('B', 'A', 'Beech'))
    as t(account_id, paying_account_id, account_name);
create table fct_alerts as select 'A|turned_red|2026-06-01' as alert_id, 'A' as account_id;
create table fct_actions as select 1 as row, 'A|turned_red|2026-06-01' as alert_id,
    'A' as account_id, null as owner_account_id;
create table fct_mrr_lines as
    select 'L1' as contract_line_id, 'A' as account_id, 'CRM' as product_id, 10 as mrr;
create table dq_quarantine as select unnest(['A', null]) as account_id, 'bad_date' as reason;
create table kpi_nrr as select 1.0 as nrr;
"""


def test_every_account_is_there_several_times_and_the_company_once(tmp_path: Path) -> None:
    run, copy = tmp_path / "run", tmp_path / "copy"
    run.mkdir()
    (run / "run.json").write_text("{}")
    with duckdb.connect(str(run / "marts.duckdb")) as con:
        con.execute(MARTS)
    assert copy_run(run, copy, 3) == 6
    assert (copy / "run.json").read_text() == "{}"
    with duckdb.connect(str(copy / "marts.duckdb")) as con:

        def ask(sql: str) -> list[tuple[object, ...]]:
            return con.execute(f"{sql} order by all").fetchall()

        assert ask("from dim_accounts") == [
            *(("A", "A", "Alder"), ("A~1", "A~1", "Alder"), ("A~2", "A~2", "Alder")),
            *(("B", "A", "Beech"), ("B~1", "A~1", "Beech"), ("B~2", "A~2", "Beech")),
        ]
        assert ask("from fct_mrr_lines") == [
            (f"L1{copy}", f"A{copy}", "CRM", 10) for copy in ("", "~1", "~2")
        ]
        # What one row says of another is still true.
        assert ask(
            "select actions.account_id from fct_actions as actions join fct_alerts using (alert_id)"
        ) == [
            *(("A",), ("A~1",), ("A~2",)),
        ]
        assert ask("select account_id from dq_quarantine") == [
            *(("A",), ("A~1",), ("A~2",), (None,)),
        ]
        assert ask("from kpi_nrr") == [(1.0,)]
