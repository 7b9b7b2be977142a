"""The engine of the tests makes what dbt makes, and notices what a build would notice."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from builds import Company
from engine import DataTest, Engine, Model, connect, failing, run

pytestmark = pytest.mark.slow

# What a build remembers of the files that it has read names their folder and their time.
BOOKKEEPING = ("int_usage_file_days", "int_usage_day_marks", "int_rejected_usage_events")


def test_it_makes_the_tables_that_dbt_makes(
    engine: Engine, sample_company: Company, tmp_path: Path
) -> None:
    """Every model of the sample company, cell by cell."""
    company = engine.build(Company(sample_company.raw, tmp_path / "home"))
    models = engine.models(company).models
    assert len(models) > 250
    different = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{company.database}' as ours (read_only)")
        connection.execute(f"attach '{sample_company.database}' as theirs (read_only)")
        for model in (x for x in models if x.kind != "view" and x.name not in BOOKKEEPING):
            # A day's mark names the files that it was read from, too.
            cells = "select columns(lambda name: name <> 'day_mark')"
            ours, theirs = (f"{cells} from {side}.{model.relation}" for side in ("ours", "theirs"))
            counts = connection.execute(
                f"select (select count(*) from ({ours} except all {theirs})), "
                f"(select count(*) from ({theirs} except all {ours}))"
            ).fetchone()
            types = [connection.execute(f"describe {side}").fetchall() for side in (ours, theirs)]
            if counts != (0, 0) or types[0] != types[1]:
                different[model.name] = counts
    assert different == {}


def test_a_contract_is_kept(tmp_path: Path) -> None:
    """A mart has the types of its contract, and what does not fit them stops the build."""
    columns = (("amount", "decimal(18, 2)"), ("day", "date"))
    good = Model("m", "main.m", "table", "select '2025-01-31' as day, 7 as amount", columns, ())
    bad = Model("m", "main.m", "table", "select 'soon' as day, 7 as amount", columns, ())
    with connect(tmp_path / "x.duckdb") as connection:
        run(connection, [good])
        types = connection.execute("describe main.m").fetchall()
        assert [row[:2] for row in types] == [("amount", "DECIMAL(18,2)"), ("day", "DATE")]
        with pytest.raises(duckdb.ConversionException, match="soon"):
            run(connection, [bad])


def test_only_errors_fail(tmp_path: Path) -> None:
    tests = [
        DataTest("broken", "select 1 != 0", is_error=True),
        DataTest("warned", "select 1 != 0", is_error=False),
        DataTest("held", "select 0 != 0", is_error=True),
    ]
    with connect(tmp_path / "x.duckdb") as connection:
        assert failing(connection, tests) == ["broken"]


def test_models_are_chosen_by_what_they_read(engine: Engine, sample_company: Company) -> None:
    compiled = engine.models(sample_company)
    behind = [model.name for model in compiled.behind(["fct_mrr"])]
    assert behind[-1] == "fct_mrr"
    assert "stg_contract_lines" in behind
    assert "fct_mrr_movements" not in behind
    after = [model.name for model in compiled.from_("fct_mrr")]
    assert after[0] == "fct_mrr"
    assert "stg_contract_lines" not in after
