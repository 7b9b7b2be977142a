"""Another dbt project installs this one as a package and selects from its marts."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from textwrap import dedent

import pytest

from builds import PROJECT, TABLES_ONLY, ask, run_module
from oracle.raw_files import write_raw
from oracle.rows import Account, Book, ContractLine, Product
from oracle.strategies import SETTINGS

pytestmark = pytest.mark.slow

# A project with a source of its own, which is not for us to register.
FILES = {
    "dbt_project.yml": """
        name: board_deck
        version: 1.0.0
        config-version: 2
        profile: board_deck
        flags: {send_anonymous_usage_stats: false}
        models: {board_deck: {+materialized: table}}
    """,
    "packages.yml": f"""
        packages:
          - local: {PROJECT}
    """,
    "models/_sources.yml": """
        sources:
          - name: crm
            schema: elsewhere
            tables:
              - name: contract_lines
    """,
    "models/mrr_of_the_board.sql": """
        select basis, sum(mrr) as mrr
        from {{ ref('expansion_warehouse', 'fct_mrr') }}
        group by basis
    """,
    # Days and a metric of its own beside ours.
    "models/days.sql": "select cast('2020-01-01' as date) as day_of_board",
    "models/days.yml": """
        models:
          - name: days
            time_spine: {standard_granularity_column: day_of_board}
            columns:
              - {name: day_of_board, granularity: day}
    """,
    "models/metrics.yml": """
        semantic_models:
          - name: board
            model: ref('expansion_warehouse', 'fct_mrr')
            primary_entity: board
            defaults: {agg_time_dimension: period}
            dimensions:
              - {name: period, type: time, expr: month, type_params: {time_granularity: month}}
            measures:
              - {name: mrr_of_board, agg: sum, expr: mrr}
        metrics:
          - name: board_mrr
            label: MRR of the board
            type: simple
            type_params: {measure: mrr_of_board}
    """,
}
PROFILE = """
    board_deck:
      target: prod
      outputs:
        prod:
          type: duckdb
          path: "{{ env_var('WAREHOUSE_HOME') }}/build.duckdb"
          threads: 2
"""
PLUGIN = """
          plugins: [{module: expansion_warehouse.plugin}]
"""


@dataclass(frozen=True)
class Downstream:
    """The other project and where its warehouse is."""

    folder: Path

    def dbt(self, *arguments: str, profile: str) -> CompletedProcess[str]:
        (self.folder / "profiles.yml").write_text(dedent(profile), encoding="utf-8")
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        places = {
            "WAREHOUSE_HOME": str(home),
            "WAREHOUSE_RAW": str(self.folder / "raw"),
            "DBT_PROJECT_DIR": str(self.folder),
            "DBT_PROFILES_DIR": str(self.folder),
            "PYTHONPATH": os.pathsep.join([str(PROJECT / "scripts"), *self._inherited()]),
        }
        return run_module("dbt.cli.main", *arguments, **places)

    def metrics(self) -> set[str]:
        """The names of all metrics that dbt has read."""
        file = self.folder / "target" / "semantic_manifest.json"
        manifest = json.loads(file.read_text(encoding="utf-8"))
        return {metric["name"] for metric in manifest["metrics"]}

    @staticmethod
    def _inherited() -> list[str]:
        return [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []


@pytest.fixture(scope="module")
def downstream(tmp_path_factory: pytest.TempPathFactory) -> Downstream:
    project = Downstream(tmp_path_factory.mktemp("board_deck"))
    for name, text in FILES.items():
        file = project.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    line = ContractLine("L0", "A", "P1", unit_price=100, starts_on=SETTINGS.as_of_date)
    book = Book([Account("A")], [Product("P1")], contract_lines=[line])
    write_raw(book, project.folder / "raw", SETTINGS)
    done = project.dbt("deps", profile=PROFILE + PLUGIN)
    assert done.returncode == 0, done.stdout
    return project


def test_a_mart_is_read_from_another_project(downstream: Downstream) -> None:
    done = downstream.dbt(
        "build", *TABLES_ONLY, "--select", "+mrr_of_the_board", profile=PROFILE + PLUGIN
    )
    assert done.returncode == 0, done.stdout
    database = downstream.folder / "home" / "build.duckdb"
    found = {(basis, int(mrr)) for basis, mrr in ask(database, "from mrr_of_the_board")}
    assert found == {("as_reported", 100), ("restated", 100)}


def test_its_metrics_stand_beside_ours_or_in_their_place(downstream: Downstream) -> None:
    assert {"board_mrr", "mrr", "nrr_12m"} <= downstream.metrics()
    own = downstream.folder / "models" / "metrics.yml"
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("name: board_mrr", "name: mrr"), encoding="utf-8")
    done = downstream.dbt("parse", profile=PROFILE + PLUGIN)
    assert done.returncode != 0, "two metrics have one name"
    page = (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8")
    (switched_off,) = re.findall(r"^```yaml\n(.*?)```$", page, flags=re.MULTILINE | re.DOTALL)
    with (downstream.folder / "dbt_project.yml").open("a", encoding="utf-8") as file:
        file.write(switched_off)
    done = downstream.dbt("parse", profile=PROFILE + PLUGIN)
    assert done.returncode == 0, done.stdout
    assert downstream.metrics() == {"mrr"}


def test_a_profile_without_the_plugin_is_told_what_to_add(downstream: Downstream) -> None:
    done = downstream.dbt("run", "--select", "+mrr_of_the_board", profile=PROFILE)
    assert done.returncode != 0
    assert "plugins: [{module: expansion_warehouse.plugin}]" in done.stdout
