"""A dbt project of three models on the real raw contract, and a raw folder of three accounts.

It publishes in seconds, so that the command line can be tested without the whole warehouse.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]

PROJECT = """
name: expansion_warehouse
version: 0.0.1
config-version: 2
profile: tiny
flags: {send_anonymous_usage_stats: false}
on-run-start: ["{{ register_raw_folder() }}"]
on-run-end: ["{{ show_failing_rows(results) }}"]
vars:
  as_of_date: null
  known_at: null
  reporting_currency: JPY
  business_timezone: UTC
  close_day: 8
  overlap_policy: add
models: {expansion_warehouse: {+materialized: table}}
"""

PROFILES = """
tiny:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('WAREHOUSE_HOME') }}/build.duckdb"
      schema: main
      threads: 2
      plugins: [{module: expansion_warehouse.plugin}]
"""

MODELS = {
    "fct_mrr.sql": """
        select
            account_id,
            product_id,
            date_trunc('month', cast('{{ setting("as_of_date") }}' as date))::date as month,
            'restated' as basis,
            sum(unit_price * quantity) as mrr
        from {{ source('raw', 'contract_lines') }}
        where _reject_reason is null
        group by all
    """,
    "fct_mrr_movements.sql": """
        select
            account_id,
            month,
            basis,
            cast(0 as decimal(38, 6)) as opening_mrr,
            sum(mrr) as new_mrr,
            cast(0 as decimal(38, 6)) as expansion_mrr,
            cast(0 as decimal(38, 6)) as contraction_mrr,
            cast(0 as decimal(38, 6)) as churn_mrr,
            cast(0 as decimal(38, 6)) as reactivation_mrr,
            cast(0 as decimal(38, 6)) as fx_mrr,
            cast(0 as decimal(38, 6)) as merge_mrr,
            cast(0 as decimal(38, 6)) as prior_period_mrr,
            sum(mrr) as closing_mrr,
            'new' as movement
        from {{ ref('fct_mrr') }}
        group by all
    """,
    "dq_quarantine.sql": """
        select 'contract_lines' as raw_table, _reject_reason as reason, _row_json as row_json
        from {{ source('raw', 'contract_lines') }}
        where _reject_reason is not null
        union all
        select 'invoices', _reject_reason, _row_json
        from {{ source('raw', 'invoices') }}
        where _reject_reason is not null
    """,
}

MODELS_YML = """
models:
  - name: fct_mrr
    description: "Grain: account, product and month. The company's recurring revenue."
    config: {meta: {grain: [account_id, product_id, month, basis]}}
    columns:
      - {name: account_id, description: The paying account., data_tests: [not_null]}
      - name: mrr
        description: Month-end balance.
        data_tests:
          - accepted_values:
              name: mrr_is_not_one
              arguments: {values: [1], quote: false}
              config: {severity: "{{ 'error' if var('close_day') == 9 else 'warn' }}"}
"""

RAW = {
    "accounts": "account_id,account_name\nA1,Alpha\nA2,Beta\nA3,Gamma\n",
    "products": "product_id,product_name\nP1,Core\n",
    "plans": "plan_id,product_id,tier_rank\nL1,P1,1\n",
    "contract_lines": (
        "contract_line_id,contract_id,account_id,product_id,charge_type,quantity,unit_price,"
        "billing_unit,currency,starts_on\n"
        "C1,K1,A1,P1,recurring,1,100000,month,JPY,2025-05-01\n"
        "C2,K2,A2,P1,recurring,2,50000,month,JPY,2025-05-01\n"
        "C3,K3,A3,P1,recurring,1,abc,month,JPY,2025-05-01\n"
    ),
}


@dataclass(frozen=True)
class Tiny:
    """The places of one tiny warehouse."""

    project: Path
    home: Path

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def published(self) -> Path:
        return self.home / "published"

    def current(self) -> str | None:
        """Name of the run that readers see."""
        link = self.published / "current"
        return str(link.readlink()) if link.is_symlink() else None

    def environment(self) -> dict[str, str]:
        """Variables that point the command at this warehouse."""
        kept = {name: value for name, value in os.environ.items() if "WAREHOUSE" not in name}
        return {
            **kept,
            "WAREHOUSE_PROJECT": str(self.project),
            "WAREHOUSE_HOME": str(self.home),
            "PYTHONPATH": str(ROOT / "scripts"),
        }

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a person does."""
        return subprocess.run(
            [sys.executable, "-m", "expansion_warehouse.cli", *arguments],
            env={**self.environment(), **extra},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )


def make_tiny(folder: Path, raw: Mapping[str, str] | None = None) -> Tiny:
    """Write the project and its raw folder under `folder`."""
    tiny = Tiny(project=folder / "project", home=folder / "home")
    shutil.copytree(ROOT / "macros", tiny.project / "macros")
    staging = tiny.project / "models" / "staging"
    staging.mkdir(parents=True)
    shutil.copy(ROOT / "models" / "staging" / "_sources.yml", staging)
    marts = tiny.project / "models" / "marts"
    marts.mkdir()
    for name, sql in MODELS.items():
        (marts / name).write_text(sql)
    (marts / "marts.yml").write_text(MODELS_YML)
    (tiny.project / "dbt_project.yml").write_text(PROJECT)
    (tiny.project / "profiles.yml").write_text(PROFILES)
    write_raw(tiny.raw, RAW if raw is None else raw)
    return tiny


def write_raw(folder: Path, tables: Mapping[str, str]) -> None:
    """Write CSV texts as a raw folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def query(tiny: Tiny, sql: str) -> list[tuple[object, ...]]:
    """Ask the published marts."""
    file = tiny.published / "current" / "marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()
