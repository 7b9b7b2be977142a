"""Everything that dbt can describe is described: tables, columns, macros, readers."""

from __future__ import annotations

import ast
import csv
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dbt.parser.schemas import is_valid_type
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes

from builds import PROJECT, manifest_json
from expansion_warehouse.explain import work
from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.monday import marts as monday
from expansion_warehouse.publish import book, summary
from expansion_warehouse.workbook import marts as workbook

PACKAGE = "expansion_warehouse"
OVERVIEW = f"doc.{PACKAGE}.__overview__"

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """What `dbt parse` makes of the project."""
    return manifest_json()


def own(manifest: Manifest, kind: str, *resource_types: str) -> list[dict[str, Any]]:
    """What the project itself has of a kind, not the packages that come with dbt."""
    return [
        node
        for node in manifest[kind].values()
        if node["package_name"] == PACKAGE
        and (not resource_types or node["resource_type"] in resource_types)
    ]


def signature(macro: dict[str, Any]) -> list[str]:
    """Names of a macro's arguments, by its code."""
    parsed = get_environment(None, capture_macros=True).parse(macro["macro_sql"])
    (found,) = parsed.find_all(nodes.Macro)
    return [argument.name for argument in found.args]


def for_one_engine(name: str, macros: Iterable[str]) -> bool:
    """Whether a macro does for one engine what another of the project does for all."""
    return name.partition("__")[2] in macros


def test_every_macro_is_described(manifest: Manifest) -> None:
    macros = own(manifest, "macros")
    assert len(macros) > 200
    assert [macro["name"] for macro in macros if not macro["description"].strip()] == []


def test_a_macro_is_described_beside_its_code(manifest: Manifest) -> None:
    elsewhere = {
        macro["name"]: macro["patch_path"]
        for macro in own(manifest, "macros")
        if (macro["patch_path"] or "").partition("://")[2]
        != str(Path(macro["original_file_path"]).with_suffix(".yml"))
    }
    assert elsewhere == {}


def test_every_argument_of_a_macro_is_described_and_no_other(manifest: Manifest) -> None:
    """dbt's own check, `validate_macro_args`, warns of every generic test with arguments."""
    macros = {macro["name"]: macro for macro in own(manifest, "macros")}
    wrong = {
        name: arguments
        for name, macro in macros.items()
        if not for_one_engine(name, macros)
        and [argument["name"] for argument in macro["arguments"]] != (arguments := signature(macro))
    }
    assert wrong == {}
    vague = [
        (name, argument["name"])
        for name, macro in macros.items()
        for argument in macro["arguments"]
        if not (argument["description"].strip() and is_valid_type(argument["type"] or ""))
    ]
    assert vague == []


def test_an_engine_takes_the_arguments_that_are_dispatched(manifest: Manifest) -> None:
    macros = {macro["name"]: signature(macro) for macro in own(manifest, "macros")}
    engines = [name for name in macros if for_one_engine(name, macros)]
    assert len(engines) > 20
    assert [name for name in engines if macros[name] != macros[name.partition("__")[2]]] == []


@pytest.mark.parametrize("kind", ["model", "seed", "source", "singular test", "exposure"])
def test_every_node_is_described(manifest: Manifest, kind: str) -> None:
    nodes_of = {
        "model": own(manifest, "nodes", "model"),
        "seed": own(manifest, "nodes", "seed"),
        "source": own(manifest, "sources"),
        "singular test": [
            node
            for node in own(manifest, "nodes", "test")
            if node["original_file_path"].startswith("tests/singular/published/")
        ],
        "exposure": own(manifest, "exposures"),
    }[kind]
    assert len(nodes_of) > 5
    assert [node["name"] for node in nodes_of if not node["description"].strip()] == []


def test_every_column_of_marts_and_seeds_is_described(manifest: Manifest) -> None:
    marts = [node for node in own(manifest, "nodes", "model") if node["path"].startswith("marts/")]
    columns = {mart["name"]: list(mart["columns"]) for mart in marts}
    seeds = own(manifest, "nodes", "seed")
    for seed in seeds:
        with (PROJECT / seed["original_file_path"]).open(encoding="utf-8", newline="") as file:
            columns[seed["name"]] = next(csv.reader(file))
    assert min(len(names) for names in columns.values()) > 0
    bare = [
        f"{node['name']}.{column}"
        for node in [*marts, *seeds]
        for column in {**node["columns"], **dict.fromkeys(columns[node["name"]])}
        if not node["columns"].get(column, {}).get("description", "").strip()
    ]
    assert bare == []


def test_every_column_of_a_source_is_described(manifest: Manifest) -> None:
    sources = own(manifest, "sources")
    # A sealed table that is like a mart has that mart's columns.
    stated = [source for source in sources if "like" not in source["config"]["meta"]]
    assert [source["name"] for source in stated if not source["columns"]] == []
    bare = [
        f"{source['name']}.{column['name']}"
        for source in stated
        for column in source["columns"].values()
        if not column["description"].strip()
    ]
    assert bare == []


def readers(manifest: Manifest) -> dict[str, set[str]]:
    """What each exposure says that its reader reads."""
    return {
        exposure["name"]: {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]}
        for exposure in own(manifest, "exposures")
    }


def test_every_reader_has_an_owner_who_answers(manifest: Manifest) -> None:
    owners = {group["owner"]["name"] for group in own(manifest, "groups")}
    strangers = {
        exposure["name"]: exposure["owner"]["name"]
        for exposure in own(manifest, "exposures")
        if exposure["owner"]["name"] not in owners
    }
    assert strangers == {}


def names_of_marts(manifest: Manifest) -> set[str]:
    return {
        node["name"]
        for node in own(manifest, "nodes", "model")
        if node["path"].startswith("marts/")
    }


def test_everybody_may_read_every_mart(manifest: Manifest) -> None:
    said = readers(manifest)
    assert said["published_marts"] == names_of_marts(manifest)
    assert said["mart_gate"] == names_of_marts(manifest)


def test_the_raw_gate_reads_the_whole_contract(manifest: Manifest) -> None:
    raw = {source["name"] for source in own(manifest, "sources") if source["source_name"] == "raw"}
    assert readers(manifest)["raw_gate"] == raw


def test_the_closing_summary_reads_what_its_exposure_says(manifest: Manifest) -> None:
    sources = [inspect.getsource(part) for part in (summary, book)]
    texts = [
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    words = {word for text in texts if "select" in text for word in re.findall(r"\w+", text)}
    read = (words & names_of_marts(manifest)) | {"nrr_bands"}
    assert "nrr_bands" in texts
    assert readers(manifest)["closing_summary"] == read


def test_explanations_read_what_their_exposure_says(manifest: Manifest) -> None:
    words = set(re.findall(r"\w+", repr(CLAIMS) + inspect.getsource(work)))
    assert readers(manifest)["explain"] == words & names_of_marts(manifest)


def test_the_monday_pack_reads_columns_that_there_are_and_says_so(manifest: Manifest) -> None:
    """What it reads may be absent from an old run, but never from the project."""
    columns = {node["name"]: set(node["columns"]) for node in own(manifest, "nodes", "model")}
    absent = {
        f"{mart}.{column}"
        for mart, wanted in monday.READ.items()
        for column in wanted
        if column not in columns.get(mart, ())
    }
    assert absent == set()
    assert readers(manifest)["monday_pack"] == set(monday.READ)


def test_the_workbook_reads_columns_that_there_are_and_says_so(manifest: Manifest) -> None:
    columns = {node["name"]: set(node["columns"]) for node in own(manifest, "nodes", "model")}
    absent = {
        f"{mart}.{column}"
        for mart, wanted in workbook.READ.items()
        for column in wanted
        if column not in columns.get(mart, ())
    }
    assert absent == set()
    assert readers(manifest)["finance_workbook"] == set(workbook.READ)


def test_every_analysis_is_a_question_of_one_audience(manifest: Manifest) -> None:
    analyses = {node["name"]: node for node in own(manifest, "nodes", "analysis")}
    asked = {
        exposure["name"]: set(re.findall(r"`(\w+)`", exposure["description"])) & set(analyses)
        for exposure in own(manifest, "exposures")
        if exposure["type"] == "analysis"
    }
    assert sorted(name for names in asked.values() for name in names) == sorted(analyses)
    said = readers(manifest)
    for exposure, names in asked.items():
        read = {
            node.split(".")[-1] for name in names for node in analyses[name]["depends_on"]["nodes"]
        }
        assert said[exposure] == read, exposure


def test_the_overview_links_to_what_there_is(manifest: Manifest) -> None:
    links = re.findall(r"\]\(#!/(\w+)/([\w.]+)\)", manifest["docs"][OVERVIEW]["block_contents"])
    assert len(links) > 20
    there = {key for kind in ("nodes", "sources", "macros", "exposures") for key in manifest[kind]}
    broken = [
        unique_id
        for kind, unique_id in links
        if unique_id not in there or not unique_id.startswith(f"{kind}.")
    ]
    assert broken == []
