"""The rules of the house: where a model lies, what it reads, who describes it, how long it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from builds import PROJECT, manifest_json
from expansion_warehouse.importers.system import IMPORTERS

MODELS = PurePosixPath("models")
ROOMS = MODELS / "intermediate"
LONGEST_MODEL = 120
LARGEST_FOLDER = 20
# From so many models on, a folder explains itself; on one screen.
BIG_FOLDER = 7
LONGEST_README = 70


# Models whose rows have no key, with the reason; every other model has a test of its key.
RAW_ROWS = "raw rows, which may come twice"
PARTS = "parts that are summed by the model after it"
KEYLESS = {
    "dq_oddities": RAW_ROWS,
    "dq_quarantine": RAW_ROWS,
    "int_contract_line_outcomes": RAW_ROWS,
    "int_counted_usage_days": "events and counts of a day side by side",
    "int_daily_counts": RAW_ROWS,
    "int_contract_lines_checked": RAW_ROWS,
    "int_odd_rows": RAW_ROWS,
    "int_orphan_usage_events": RAW_ROWS,
    "int_quarantined_rows": RAW_ROWS,
    "int_refused_line_terms": RAW_ROWS,
    "int_refused_lines": RAW_ROWS,
    "int_rejected_usage_events": RAW_ROWS,
    "int_source_rows": RAW_ROWS,
    "stg_engagement_events": RAW_ROWS,
    "stg_usage_daily": RAW_ROWS,
    "stg_usage_events": RAW_ROWS,
    "stg_usage_meters": RAW_ROWS,
    "int_driver_amounts": PARTS,
    "int_segment_bridge": PARTS,
    "int_segment_renewals": PARTS,
    "int_timing_events": "what happened, which may happen twice a day",
    "int_line_pauses": "pauses as recorded, which may overlap",
    "int_matched_usage_days": "two spellings of an id may be one",
    "int_matched_user_days": "two spellings of an id may be one",
    "int_usage_daily": "too long to group: usage_days_are_unique looks at the newest days",
    "int_user_days": "too long to group: usage_days_are_unique looks at the newest days",
}


@dataclass(frozen=True)
class Model:
    """A model as dbt reads it; paths from the project folder on."""

    name: str
    path: PurePosixPath
    described_in: PurePosixPath | None
    description: str
    reads: frozenset[str]
    reads_sources: bool
    group: str | None
    access: str

    @property
    def layer(self) -> str:
        return self.path.parts[1]


@dataclass(frozen=True)
class House:
    """All models, and where the unit tests of each stand."""

    models: dict[str, Model]
    unit_tests: list[tuple[str, PurePosixPath]]
    keyed: set[str]
    # Readers that belong to no group (analyses, singular tests), or tests of another group's model,
    # with the models that they read.
    guests: list[tuple[str, str]]

    def between(self, depth: int | None) -> set[tuple[PurePosixPath, PurePosixPath]]:
        """Folders of intermediate models with a folder that they read, down to a depth."""
        pairs = (
            (folder_of(model, depth), folder_of(self.models[name], depth))
            for model in self.models.values()
            for name in model.reads
            if model.layer == self.models[name].layer == "intermediate"
        )
        return {(reader, read) for reader, read in pairs if reader != read}


def folder_of(model: Model, depth: int | None) -> PurePosixPath:
    """The folder of an intermediate model, at most so deep below models/intermediate."""
    return PurePosixPath(*model.path.parent.relative_to(ROOMS).parts[:depth])


@pytest.fixture(scope="module")
def house() -> House:
    """What `dbt parse` makes of the project."""
    manifest = manifest_json()
    nodes = manifest["nodes"].values()
    return House(
        {node["name"]: read_model(node) for node in nodes if node["resource_type"] == "model"},
        [
            (test["model"], PurePosixPath(test["original_file_path"]))
            for test in manifest["unit_tests"].values()
        ],
        {
            node["attached_node"].split(".")[-1]
            for node in nodes
            if (node.get("test_metadata") or {}).get("name") in ("unique", "row_key")
        },
        [
            (node["name"], parent.split(".")[-1])
            for node in nodes
            if node["resource_type"] in ("analysis", "test") and not node.get("test_metadata")
            for parent in node["depends_on"]["nodes"]
            if parent.startswith("model.")
        ]
        + [
            (node["name"], parent.split(".")[-1])
            for node in nodes
            if node["resource_type"] == "test" and node.get("attached_node") in manifest["nodes"]
            for parent in node["depends_on"]["nodes"]
            if parent.startswith("model.")
            and manifest["nodes"][parent]["group"]
            != manifest["nodes"][node["attached_node"]]["group"]
        ],
    )


def read_model(node: dict[str, Any]) -> Model:
    parents = [parent.split(".") for parent in node["depends_on"]["nodes"]]
    described_in = (node["patch_path"] or "").partition("://")[2]
    return Model(
        name=node["name"],
        path=PurePosixPath(node["original_file_path"]),
        described_in=PurePosixPath(described_in) if described_in else None,
        description=node["description"],
        reads=frozenset(parent[-1] for parent in parents if parent[0] == "model"),
        reads_sources=any(parent[0] == "source" for parent in parents),
        group=node["group"],
        access=node["access"],
    )


def circle(reads: Iterable[tuple[PurePosixPath, PurePosixPath]]) -> list[str]:
    """A circle of folders that read each other; empty where there is none."""
    graph: dict[PurePosixPath, set[PurePosixPath]] = {}
    for reader, read in reads:
        graph.setdefault(reader, set()).add(read)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(folder) for folder in error.args[1]]
    return []


@pytest.mark.parametrize("depth", [1, None], ids=["upper", "all"])
def test_no_two_folders_read_each_other(house: House, depth: int | None) -> None:
    reads = house.between(depth)
    assert len(reads) > 20
    assert circle(reads) == []


def test_a_folder_holds_twenty_models_at_most(house: House) -> None:
    sizes = Counter(model.path.parent for model in house.models.values())
    assert {str(folder): n for folder, n in sizes.items() if n > LARGEST_FOLDER} == {}


def test_every_model_has_its_own_yml_beside_it(house: House) -> None:
    elsewhere = {
        name: str(model.described_in)
        for name, model in house.models.items()
        if model.described_in != model.path.with_suffix(".yml")
    }
    assert elsewhere == {}
    crowded = {
        name: described
        for name, model in house.models.items()
        if (described := names_in(model.path.with_suffix(".yml"))) != [name]
    }
    assert crowded == {}


def names_in(yml: PurePosixPath) -> list[str]:
    content = yaml.safe_load((PROJECT / yml).read_text(encoding="utf-8"))
    return [model["name"] for model in content["models"]]


def test_unit_tests_stand_in_the_yml_of_their_model(house: House) -> None:
    assert len(house.unit_tests) > 300
    strays = [
        (name, str(path))
        for name, path in house.unit_tests
        if path != house.models[name].path.with_suffix(".yml")
    ]
    assert strays == []


def test_every_description_begins_with_the_grain(house: House) -> None:
    silent = [
        name
        for name, model in house.models.items()
        if not re.match(r"Grain: [^.]*\w", model.description)
    ]
    assert silent == []


def test_every_model_has_a_test_of_its_key_or_a_reason_to_have_none(house: House) -> None:
    assert set(house.models) - house.keyed == set(KEYLESS)


def test_a_model_is_open_to_other_groups_only_where_one_reads_it(house: House) -> None:
    read_elsewhere = {
        read
        for reader in house.models.values()
        for read in reader.reads
        if house.models[read].group != reader.group
    } | {read for _, read in house.guests}
    wanted = {
        name: "public"
        if model.layer == "marts"
        else "protected"
        if name in read_elsewhere
        else "private"
        for name, model in house.models.items()
    }
    assert len(set(wanted.values())) == 3
    assert {name: model.access for name, model in house.models.items()} == wanted
    assert [name for name, model in house.models.items() if not model.group] == []


def test_only_staging_reads_sources(house: House) -> None:
    readers = {model.layer for model in house.models.values() if model.reads_sources}
    assert readers == {"staging"}


def test_no_model_reads_a_layer_above_its_own(house: House) -> None:
    order = ["staging", "intermediate", "marts", "semantic"]
    upwards = [
        (name, read)
        for name, model in house.models.items()
        for read in model.reads
        if order.index(house.models[read].layer) > order.index(model.layer)
    ]
    assert upwards == []


def test_a_model_has_one_hundred_and_twenty_lines_at_most(house: House) -> None:
    lines = {
        name: len((PROJECT / model.path).read_text(encoding="utf-8").splitlines())
        for name, model in house.models.items()
    }
    assert {name: n for name, n in lines.items() if n > LONGEST_MODEL} == {}


def test_the_sql_of_an_importer_is_as_short_and_a_step_says_its_grain() -> None:
    files = {str(path.relative_to(IMPORTERS)): path for path in IMPORTERS.rglob("*.sql")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    steps = {name: text for name, text in texts.items() if files[name].parent.name == "steps"}
    assert len(steps) > 40
    lines = {name: len(text.splitlines()) for name, text in texts.items()}
    assert {name: n for name, n in lines.items() if n > LONGEST_MODEL} == {}
    assert [name for name, text in steps.items() if not text.startswith("-- One row")] == []


def test_a_big_folder_explains_itself_on_one_screen(house: House) -> None:
    beneath = Counter(
        folder
        for model in house.models.values()
        for folder in model.path.parents
        if folder in (ROOMS, *(MODELS / layer for layer in ("staging", "marts")))
        or folder.parent == ROOMS
    )
    big = [PROJECT / folder for folder, n in beneath.items() if n >= BIG_FOLDER]
    assert len(big) > 10
    assert [str(folder) for folder in big if not (folder / "README.md").exists()] == []
    long = [
        str(page)
        for page in readmes()
        if len(page.read_text(encoding="utf-8").splitlines()) > LONGEST_README
    ]
    assert long == []


def test_readmes_name_models_that_exist(house: House) -> None:
    word = re.compile(r"\b(?:stg|int|fct|dim|kpi|dq)_[a-z0-9_]+\b(?!\*)")
    unknown = {
        (page.parent.name, name)
        for page in readmes()
        for name in word.findall(page.read_text(encoding="utf-8"))
        if name not in house.models
    }
    assert unknown == set()


def readmes() -> list[Path]:
    return sorted((PROJECT / "models").rglob("README.md"))


def test_one_test_per_model_says_its_key_and_what_is_never_null() -> None:
    """A node costs every build a twentieth of a second; there are a thousand columns."""
    tests = [x for x in manifest_json()["nodes"].values() if x["resource_type"] == "test"]
    named = Counter(
        (x["test_metadata"]["name"], x["attached_node"]) for x in tests if x.get("test_metadata")
    )
    keyed = {node for name, node in named if name == "row_key"}
    assert [node for name, node in named if name == "not_null"] == []
    assert [node for name, node in named if name == "never_null" and node in keyed] == []
    more_than_one = [key for key, times in named.items() if times > 1]
    assert [node for name, node in more_than_one if name == "never_null"] == []
