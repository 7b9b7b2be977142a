"""Ids keep their case: months sealed with folded ids, and usage days kept from earlier builds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from builds import Company, ask, dbt
from engine import Engine, connect, run
from expansion_warehouse.publish.closings import Said
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.publish.seals import SEALED_MARTS, write_seal
from tiny_project import write_raw

pytestmark = pytest.mark.slow

SETTINGS = (
    "as_of_date: 2025-07-31\nreporting_currency: JPY\nfiscal_year_start_month: 4\n"
    "business_timezone: UTC\n"
)
RAW = {
    "accounts": (
        "account_id,parent_account_id,merged_into_account_id,merged_on,country\n"
        "Group,,,,JP\nunit,GROUP,,,JP\nBeta,,,,US\nold,,beta,2025-05-10,US\nOPEN,,,,US\n"
    ),
    "products": "product_id\nCrm\nmail\n",
    "plans": "plan_id,product_id,tier_rank\nstd,crm,1\nBiz,Crm,2\n",
    "contract_lines": (
        "contract_line_id,contract_id,account_id,product_id,plan_id,charge_type,quantity,unit_price,"
        "billing_unit,currency,starts_on,ends_on,replaces_line_id\n"
        "g-1,k1,Group,Crm,std,recurring,5,1000,month,JPY,2025-01-01,,\n"
        "u-1,k2,UNIT,Crm,STD,recurring,2,1000,month,JPY,2025-02-01,2025-04-30,\n"
        "u-2,k2,unit,CRM,Biz,recurring,2,1500,month,JPY,2025-05-01,,U-1\n"
        "b-1,k3,Beta,mail,,recurring,1,700,month,JPY,2025-01-01,,\n"
        "o-1,k4,Old,mail,,recurring,1,300,month,JPY,2025-01-01,,\n"
        "O-9,k5,open,Crm,std,recurring,3,1000,month,JPY,2025-03-01,,\n"
    ),
}
IDS = re.compile(r"\b(?!recurring|month)[A-Za-z][\w-]*")
SEALED = ("2025-05", "2025-06")
SAID = Said(datetime(2025, 7, 9, tzinfo=UTC), "Kim", "kim")


def folded(tables: dict[str, str]) -> dict[str, str]:
    """The tables as they were read when ids were upper-cased."""
    found = {}
    for name, text in tables.items():
        header, _, body = text.partition("\n")
        found[name] = f"{header}\n" + IDS.sub(lambda word: word[0].upper(), body)
    return found


def company(folder: Path, tables: dict[str, str]) -> Company:
    """A raw folder and a home."""
    found = Company(folder / "raw", folder / "home")
    write_raw(found.raw, tables)
    (found.raw / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    return found


def seal(built: Company, closed: Path) -> None:
    """What `warehouse close` keeps of a build."""
    published = built.home / "run"
    published.mkdir()
    shutil.copy(built.database, published / "marts.duckdb")
    manifest = {"as_of_date": "2025-07-31", "vars": {"reporting_currency": "JPY"}}
    for month in SEALED:
        write_seal(
            month=month,
            run=Run("R1", published, manifest),
            database=built.database,
            closed=closed,
            said=SAID,
        )


def reported(built: Company) -> dict[str, list[tuple[object, ...]]]:
    """The as-reported marts; a sentence that was sealed spells a product as it did then."""
    spelled = {"fct_account_retention": "* replace (lower(explanation) as explanation)"}
    return {
        mart: ask(
            built.database,
            f"select {spelled.get(mart, '*')} from {mart} where basis = 'as_reported' order by all",
        )
        for mart in SEALED_MARTS
    }


def test_months_sealed_with_folded_ids_go_on_under_todays_spelling(
    engine: Engine, tmp_path: Path
) -> None:
    before = engine.build(company(tmp_path / "before", folded(RAW)))
    never_sealed = engine.build(company(tmp_path / "never", RAW))
    assert ask(before.database, "select distinct account_id from fct_mrr order by 1") == [
        ("BETA",),
        ("GROUP",),
        ("OLD",),
        ("OPEN",),
    ]

    today = company(tmp_path / "today", RAW)
    seal(before, today.home / "closed")
    engine.read(today)
    dbt(today, today.home, "run-operation", "register_sealed_months")
    with connect(today.database) as connection:
        run(connection, engine.models(today).models)

    assert ask(today.database, "select distinct account_id from fct_mrr order by 1") == [
        ("Beta",),
        ("Group",),
        ("OPEN",),
        ("old",),
    ]
    assert reported(today) == reported(never_sealed)
    assert ask(
        today.database,
        "select sealed_closing_mrr, changed_lines from fct_sealed_months "
        "where sealed_closing_mrr is not null order by month",
    ) == [(12000, 0), (12000, 0)]
    assert engine.failing_tests(today) == []


@pytest.fixture
def registered(tmp_path: Path) -> Iterator[Company]:
    """A company whose seal knows two accounts that differ by case, of which one is gone."""
    found = company(tmp_path, RAW)
    for month, ids in (("2025-05", "('BETA')"), ("2025-06", "('BETA'), ('Beta'), ('GROUP')")):
        folder = found.home / "closed" / month
        folder.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select date '{month}-01' as month, id as account_id, "
                f"id as paying_account_id from (values {ids}) as t (id)) "
                f"to '{folder}/account_map.parquet' (format parquet)"
            )
    dbt(found, found.home, "run-operation", "register_raw_folder")
    dbt(found, found.home, "run-operation", "register_sealed_months")
    yield found


def test_two_customers_of_a_seal_never_become_one(registered: Company) -> None:
    assert ask(
        registered.database,
        "select strftime(month, '%Y-%m'), account_id, paying_account_id "
        "from sealed.account_map order by all",
    ) == [
        ("2025-05", "Beta", "Beta"),
        ("2025-06", "BETA", "BETA"),
        ("2025-06", "Beta", "Beta"),
        ("2025-06", "Group", "Group"),
    ]
