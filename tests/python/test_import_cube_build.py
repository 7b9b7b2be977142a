"""A workbook of 300 customers by 36 months, built: every cell of `fct_mrr` is the sheet's."""

from __future__ import annotations

from pathlib import Path

import pytest

from builds import Company, ask
from engine import Engine
from expansion_warehouse.importers.importer import run_import
from exports.cube import random_cube, write_workbook

pytestmark = pytest.mark.slow


def test_every_cell_of_fct_mrr_is_the_sheets(engine: Engine, tmp_path: Path) -> None:
    cube = random_cube(300, customers=300, months=36)
    write_workbook(cube, tmp_path / "mrr.xlsx")
    run_import("cube", tmp_path / "mrr.xlsx", tmp_path / "raw")
    (tmp_path / "raw" / "settings.yml").write_text("reporting_currency: JPY\n")
    company = Company(tmp_path / "raw", tmp_path / "home")
    engine.build(company, ["fct_mrr", "dq_quarantine"], as_of_date="2025-10-31")
    found = {
        (account, product, month): mrr
        for account, product, month, mrr in ask(
            company.database,
            "select account_id, product_id, month, mrr from fct_mrr where basis = 'restated'",
        )
    }
    assert {key: amount for key, amount in found.items() if amount} == {
        key: amount for key, amount in cube.truth.items() if amount
    }
    assert len({account for account, _, _ in cube.truth}) == 300
    assert len(cube.months) == 36
    refused = "select count(*) from dq_quarantine"
    assert ask(company.database, refused) == [(0,)]
