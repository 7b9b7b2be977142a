"""What `make check` looks at when a file has changed."""

from __future__ import annotations

import pytest

from builds import manifest_json
from check_changed import lint, touched_models


@pytest.mark.parametrize(
    ("kind", "file"),
    [("sql", "original_file_path"), ("yml", "patch_path")],
)
def test_a_model_is_touched_by_either_of_its_files(kind: str, file: str) -> None:
    nodes = manifest_json()["nodes"]
    path = nodes["model.expansion_warehouse.int_months"][file].rpartition("://")[2]
    assert path.endswith(f"int_months.{kind}")
    assert touched_models([path], manifest_json()) == {"int_months"}


def test_a_macro_touches_whatever_calls_it_through_others_too() -> None:
    found = touched_models(["macros/settings.sql"], manifest_json())
    # `as_of_date()` itself, and a macro that calls it.
    assert {"int_months", "stg_contract_lines"} <= found
    assert "fct_mrr" not in found


def test_a_seed_touches_its_readers() -> None:
    nodes = manifest_json()["nodes"]
    seed = "seed.expansion_warehouse.health_rules"
    readers = {
        node["name"] for node in nodes.values() if seed in node["depends_on"].get("nodes", ())
    }
    found = touched_models([nodes[seed]["original_file_path"]], manifest_json())
    assert found and found <= readers


def test_linters_see_what_they_can_read() -> None:
    files = ["docs/glossary.md", "models/a.sql", "macros/b.sql", "scripts/c.py"]
    assert [command[:2] + command[-1:] for command in lint(files)] == [
        ["ruff", "check", "scripts/c.py"],
        ["ruff", "format", "scripts/c.py"],
        ["mypy", "mypy"],
        ["sqlfluff", "lint", "models/a.sql"],
    ]
    assert lint(["docs/glossary.md"]) == []
