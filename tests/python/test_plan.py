"""`warehouse plan`: what the working tree would change, and that nothing is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tiny_project import Tiny, make_tiny

# Kept from build to build, as the days of usage are.
KEPT = "{{ config(materialized='incremental') }}"
ONCE = "{% if is_incremental() %} having false {% endif %}"
MONTHS = "select distinct month from {{ ref('fct_mrr') }}"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A tiny warehouse that has published, and whose rule was changed since."""
    tiny = make_tiny(tmp_path_factory.mktemp("planned"))
    models = tiny.project / "models" / "marts"
    (models / "dim_months.sql").write_text(MONTHS)
    rule = models / "fct_mrr.sql"
    rule.write_text(f"{KEPT}{rule.read_text()}{ONCE}")
    built = tiny.run("build", "--as-of", "2025-06-30", "--quiet")
    assert built.returncode == 0, built.stderr
    rule.write_text(rule.read_text().replace("sum(unit_price", "2 * sum(unit_price"))
    return tiny


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_plan_says_what_a_rule_would_change_and_publishes_nothing(published: Tiny) -> None:
    before, current = files_of(published.published), published.current()
    planned = published.run("plan", "--json")
    assert planned.returncode == 0, planned.stderr
    found = json.loads(planned.stdout)
    assert found["before"] == current
    assert found["accounts"] == 2
    assert {(row["account_id"], row["was"], row["now"]) for row in found["largest_accounts"]} == {
        ("A1", 100000, 200000),
        ("A2", 100000, 200000),
    }
    assert {row["mart"] for row in found["marts"]} == {"fct_mrr", "fct_mrr_movements"}
    assert found["causes"] == []
    assert published.current() == current
    assert files_of(published.published) == before


def test_another_plan_keeps_nothing_of_the_first_and_speaks_in_words(published: Tiny) -> None:
    rule = published.project / "models" / "marts" / "fct_mrr.sql"
    rule.write_text(rule.read_text().replace("2 * sum(unit_price", "3 * sum(unit_price"))
    planned = published.run("plan", "--quiet")
    assert planned.returncode == 0, planned.stderr
    assert "A1 (A1), 2025-06: 100,000 -> 300,000" in planned.stdout
    assert planned.stdout.endswith("Nothing was published.\n")


def test_without_a_published_run_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    planned = make_tiny(tmp_path).run("plan")
    assert planned.returncode == 2
    assert "nothing is published in" in planned.stderr
