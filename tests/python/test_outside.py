"""The outside reader finds nothing in what is right, and every loss in what is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from builds import Company
from engine import Engine
from outside import account_for

SETTINGS = (
    "as_of_date: 2025-06-30\nreporting_currency: JPY\nfiscal_year_start_month: 4\n"
    "business_timezone: UTC\n"
)
ACCOUNTS = "account_id,account_name,merged_into_account_id,merged_on\n"
LINES = (
    "contract_line_id,account_id,product_id,plan_id,charge_type,quantity,unit_price,billing_unit,"
    "currency,starts_on,ends_on,replaces_line_id\n"
)
# In force at the end of June: L1 100, L3 250 in place of L2, L4 1,200 / 12 of the taken over A3.
BOOK = {
    "accounts": f"{ACCOUNTS}A1,Alpha,,\nA2,Beta,,\nA3,Gamma,A1,2025-03-01\n",
    "products": "product_id\napp\nhelp\n",
    "plans": "plan_id,product_id,tier_rank\nstd,app,1\n",
    "contract_lines": (
        f"{LINES}"
        "L1,A1,app,std,recurring,1,100,month,JPY,2024-01-01,,\n"
        "L2,A2,app,std,recurring,2,100,month,JPY,2024-01-01,,\n"
        'L3,A2,app,std,recurring,"1,000",0.25,month,JPY,2025-01-01,,L2\n'
        "L4,A3,help,,recurring,１,1200円,year,JPY,2024-06-01,,\n"
        "L5,A9,app,std,recurring,1,70,month,JPY,2024-01-01,,\n"
        "L6,A1,app,std,recurring,1,many,month,JPY,2024-01-01,,\n"
    ),
    "invoices": (
        "invoice_id,account_id,issued_on,amount,currency,status\nI1,A1,2025-01-01,5,JPY,paid\n"
    ),
}
MARTS = ("fct_mrr", "fct_mrr_movements", "kpi_mrr_bridge", "fct_source_reconciliation")


@pytest.fixture(scope="module")
def built(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("outside")
    company = Company(folder / "raw", folder / "home")
    company.raw.mkdir()
    (company.raw / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    for name, text in BOOK.items():
        (company.raw / f"{name}.csv").write_text(text, encoding="utf-8")
    return engine.build(company, [*MARTS, "dq_quarantine"])


def test_a_book_that_is_right_has_nothing_to_find(built: Company) -> None:
    assert account_for(built.raw, built.database, built.database) == []


@pytest.mark.slow
def test_the_sample_company_is_accounted_for(sample_company: Company) -> None:
    company = sample_company
    assert account_for(company.raw, company.marts, company.database) == []


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (
            "delete from main.fct_mrr where account_id = 'A2'",
            [
                "MRR of 2025-06-01, restated: 200.000 by account, 450.000 in the bridge",
                "MRR of 2025-06-01, restated: 200.000 by account, 450.000 in the movements",
                "MRR of A2, app, 2025-06-01: 250.000 by line, 0.000 published",
            ],
        ),
        (
            "update main.fct_mrr set account_id = 'A8' where account_id = 'A2'",
            ["MRR of account A8, which no row of accounts names"],
        ),
        (
            "delete from intermediate.int_line_mrr where contract_line_id = 'L4'",
            ["contract line L4: worth 100.00 a month, counted at 0 and not refused"],
        ),
        (
            "delete from main.fct_source_reconciliation where reason = 'orphan_customer'",
            [
                "contract_lines: 6 rows came in, 5 have an outcome",
                "contract lines in JPY: 1820.000000 came in, 1750.000000 has an outcome",
            ],
        ),
        (
            "delete from main.dq_quarantine where raw_key = 'L5'",
            ["contract_lines: 2 rows were refused, the quarantine lists 1"],
        ),
    ],
)
def test_what_is_lost_is_named(
    built: Company, tmp_path: Path, damage: str, expected: list[str]
) -> None:
    broken = Path(shutil.copy(built.database, tmp_path / "broken.duckdb"))
    with duckdb.connect(str(broken)) as connection:
        connection.execute(damage)
    found = account_for(built.raw, broken, broken)
    assert [line for line in expected if line not in found] == []


def test_a_line_that_vanishes_by_a_link_is_named(built: Company, tmp_path: Path) -> None:
    """A circle replaces nothing: both lines go on."""
    raw = shutil.copytree(built.raw, tmp_path / "raw")
    lines = raw / "contract_lines.csv"
    text = lines.read_text(encoding="utf-8")
    circle = text.replace("L1,A1", "L7,A1").replace("2024-01-01,,\nL2", "2024-01-01,,L8\nL2")
    lines.write_text(f"{circle}L8,A1,app,std,recurring,1,9,month,JPY,2024-01-01,,L7\n", "utf-8")
    found = account_for(raw, built.database, built.database)
    assert "contract line L7: worth 100.00 a month, counted at 0 and not refused" in found
    assert "contract line L8: worth 9.00 a month, counted at 0 and not refused" in found


def test_a_file_that_is_neither_read_nor_named_is_found(built: Company, tmp_path: Path) -> None:
    raw = shutil.copytree(built.raw, tmp_path / "raw")
    marts = Path(shutil.copy(built.database, tmp_path / "marts.duckdb"))
    names = sorted(path.name for path in raw.iterdir())
    inputs = [{"path": name, "sha256": "0"} for name in names if name != "plans.csv"]
    story = {"inputs": [*inputs, {"path": "gone.csv", "sha256": "0"}], "not_read": []}
    (tmp_path / "run.json").write_text(json.dumps(story), encoding="utf-8")
    found = account_for(raw, marts)
    assert "plans.csv was neither read nor named" in found
    assert "gone.csv was read and is not there" in found
    assert "products.csv holds something else than what was read" in found
