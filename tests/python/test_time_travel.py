"""Closed months never change: not by later amendments, not by a source that rewrites its past."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import verify_books
from builds import Company, ask, build, warehouse
from engine import Engine, connect, failing
from expansion_warehouse.publish.seals import SEALED_MARTS

pytestmark = pytest.mark.slow

# The sample ends on 30 June 2026; May closed on 8 June.
LAST_CLOSED = "2026-05"
AMENDMENTS = 1000
ROLL_FORWARD = (
    "bridge_rolls_forward",
    "movements_roll_forward",
    "opening_is_last_closing",
    "drivers_sum_to_movements",
    "mergers_net_to_zero",
    "sums_agree_at_every_grain",
    "restatements_are_explained_by_their_lines",
)


def changed_rows(ours: Path, theirs: Path, mart: str, condition: str) -> int:
    """Rows of a mart that two databases do not share."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours}' as ours (read_only)")
        connection.execute(f"attach '{theirs}' as theirs (read_only)")
        here, there = (
            f"select * from {name}.main.{mart} where {condition}" for name in ("ours", "theirs")
        )
        found = connection.execute(
            f"select count(*) from (({here} except all {there}) union all "
            f"({there} except all {here}))"
        ).fetchone()
    assert found is not None
    return int(found[0])


def published(mart: str) -> str:
    """The rows that the closed months have published for good: of renewals those they have read."""
    month = {"kpi_renewals": "reading_month", "kpi_nrr_periods": "last_month"}.get(mart, "month")
    return f"basis = 'as_reported' and {month} <= date '{LAST_CLOSED}-01'"


def amend(raw: Path, target: Path) -> Path:
    """A copy of a raw folder in which 1,000 lines were amended in July, back into the past."""
    shutil.copytree(raw, target)
    settings = (target / "settings.yml").read_text(encoding="utf-8")
    settings = settings.replace("2026-06-30", "2026-07-31")
    (target / "settings.yml").write_text(settings, encoding="utf-8")
    lines = target / "contract_lines.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table lines as from '{lines}'")
        connection.execute(
            f"""
            insert into lines
            with amendable as (
                from lines
                where charge_type = 'recurring' and account_id like 'A%'
                    and try_cast(unit_price as decimal(18, 2)) > 0
            ),
            picked as (
                select l.*, n, hash(n, contract_line_id) as draw
                from generate_series(1, {AMENDMENTS}) as g(n)
                inner join (select *, row_number() over (order by contract_line_id,
                    recorded_at, effective_from) as position from amendable) as l
                    on l.position = 1 + hash(n) % (select count(*) from amendable)
            )
            select * exclude (n, draw, position) replace (
                cast(round(cast(unit_price as decimal(18, 2))
                    * cast(50 + draw % 100 as integer) / 100, 2) as varchar) as unit_price,
                case when draw % 7 = 0 then '2025-11-30' end as terminated_on,
                case when draw % 3 <> 0 then
                    cast(date '2025-01-01' + cast(draw % 500 as integer) as varchar)
                end as effective_from,
                strftime(timestamp '2026-07-01 00:00:00' + to_minutes(n * 40), '%Y-%m-%d %H:%M:%S')
                    as recorded_at
            )
            from picked
            """
        )
        connection.execute(f"copy lines to '{lines}' (format parquet)")
        added = connection.execute(
            "select count(*) from lines where recorded_at >= '2026-07-01'"
        ).fetchall()
    assert added == [(AMENDMENTS,)]
    return target


def test_closed_months_survive_a_thousand_late_amendments(
    engine: Engine, sample_company: Company, tmp_path: Path
) -> None:
    """As reported nothing moves; the bridge takes the news in July; the lines explain the rest."""
    later = Company(amend(sample_company.raw, tmp_path / "raw"), tmp_path / "home")
    engine.build(later, (*SEALED_MARTS, "fct_nrr_restatements", "fct_sealed_months", "dim_months"))
    laws = [test for test in engine.tests(later).tests if test.name in ROLL_FORWARD]
    assert len(laws) == len(ROLL_FORWARD)
    with connect(later.database) as connection:
        assert failing(connection, laws) == []
    database = later.database
    moved = {m: changed_rows(sample_company.marts, database, m, published(m)) for m in SEALED_MARTS}
    assert moved == dict.fromkeys(SEALED_MARTS, 0)
    restated = f"basis = 'restated' and month <= date '{LAST_CLOSED}-01'"
    assert changed_rows(sample_company.marts, database, "kpi_nrr", restated) > 0
    news = ask(
        database,
        "select count(*) from fct_mrr_movements where basis = 'as_reported' "
        "and prior_period_mrr <> 0 and month >= '2026-06-01'",
    )
    assert news[0][0] > 50
    explained = ask(
        database,
        "select count(*) from fct_nrr_restatements where restated_nrr <> as_reported_nrr "
        "and changed_lines = 0",
    )
    assert explained == [(0,)]


def rewrite_history(company: Company, target: Path) -> tuple[Path, str]:
    """A raw folder in which one price in force was corrected in place, and who pays it."""
    shutil.copytree(company.raw, target)
    lines = target / "contract_lines.parquet"
    ((line, account),) = ask(
        company.database,
        f"""
        select contract_line_id, account_id from intermediate.int_line_mrr
        where knowledge_id = '{LAST_CLOSED}' and month = date '{LAST_CLOSED}-01'
            and mrr > 0 and currency = 'JPY' and account_id like 'A0%'
            and contract_line_id not in (
                select contract_line_id from raw.contract_lines group by all having count(*) > 1
            )
        order by 1 limit 1
        """,
    )
    with duckdb.connect() as connection:
        connection.execute(f"create table lines as from '{lines}'")
        connection.execute(
            "update lines set unit_price = cast(2 * cast(unit_price as decimal(18, 2)) as varchar) "
            "where contract_line_id = ?",
            [line],
        )
        connection.execute(f"copy lines to '{lines}' (format parquet)")
    return target, str(account)


def test_sealed_months_stand_against_a_source_that_rewrites_its_past(
    sample_company: Company, tmp_path: Path
) -> None:
    """The sealed numbers are published, the difference is reported, the news lands in June."""
    home = tmp_path / "home"
    shutil.copytree(sample_company.home, home, symlinks=True)
    before = tmp_path / "before.duckdb"
    shutil.copy(sample_company.marts, before)
    sealed = warehouse("close", LAST_CLOSED, "--home", str(home), "--by", "Kim", "--note", "board")
    assert sealed.returncode == 0, sealed.stderr
    raw, account = rewrite_history(sample_company, tmp_path / "raw")
    company = build(raw, home, "--full-refresh")

    moved = {m: changed_rows(before, company.marts, m, published(m)) for m in SEALED_MARTS}
    assert moved == dict.fromkeys(SEALED_MARTS, 0)
    ((sealed_mrr, current_mrr, lines, reason),) = ask(
        company.marts,
        "select sealed_closing_mrr, current_closing_mrr, changed_lines, reason "
        f"from fct_sealed_months where month = '{LAST_CLOSED}-01'",
    )
    assert current_mrr > sealed_mrr
    assert (lines, reason) == (1, "source")
    ((late,),) = ask(
        company.marts,
        "select sum(prior_period_mrr) from fct_mrr_movements where basis = 'as_reported' "
        f"and account_id = '{account}' and month = '2026-06-01'",
    )
    assert late == current_mrr - sealed_mrr
    run = json.loads((company.marts.parent / "run.json").read_text(encoding="utf-8"))
    assert max(run["seals"]) == LAST_CLOSED
    assert Decimal(run["seals"][LAST_CLOSED]["closing_mrr"]) == sealed_mrr

    who = "select distinct sealed_by, close_note, close_entry is not null from fct_sealed_months"
    assert ask(company.marts, who) == [("Kim", "board", True)]
    assert verify_books.main([str(home)]) == 0

    seal = home / "closed" / LAST_CLOSED / "kpi_mrr_bridge.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as from '{seal}'")
        connection.execute("update rows set closing_mrr = closing_mrr + 1")
        connection.execute(f"copy rows to '{seal}' (format parquet)")
    refused = warehouse("build", "--raw", str(raw), "--home", str(home))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    for said in (f"seal of {LAST_CLOSED}", f"MRR {sealed_mrr} as sealed, {sealed_mrr + 1} in"):
        assert said in refused.stderr
    assert (company.marts.parent / "run.json").read_text(encoding="utf-8") == json.dumps(
        run, indent=2, ensure_ascii=False
    ) + "\n"
