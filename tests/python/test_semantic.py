"""The semantic models: every metric is what its mart says, and people can ask for it as told."""

from __future__ import annotations

import copy
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from metricflow.converters.models import OSIDocument

from builds import PROJECT, SHARED, Company, manifest_json
from expansion_warehouse.engine.marts import list_marts
from expansion_warehouse.publish.semantics import OSI, write_semantics
from semantic import Metrics, Values, differences, unequal, values_of

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^mf query .*$", PAGE, flags=re.MULTILINE)
UNITS = {"money", "ratio", "accounts", "account-months", "proposals", "wins", "offers"}


@pytest.fixture(scope="module")
def target() -> Path:
    """Where dbt wrote what it read of the project."""
    manifest_json()
    return SHARED / "target"


@pytest.fixture(scope="module")
def metrics(target: Path) -> Metrics:
    return Metrics.read(target)


@pytest.fixture(scope="module")
def built(sample_company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_company.database), read_only=True) as connection:
        yield connection


# ---- what the metrics are ----


def test_every_metric_is_what_its_mart_says(
    metrics: Metrics, built: duckdb.DuckDBPyConnection
) -> None:
    assert differences(built, metrics) == {}


def test_every_metric_says_what_it_is(metrics: Metrics) -> None:
    for name, metric in metrics.by_name.items():
        assert metric["label"], name
        assert metric["description"].endswith("."), name
        assert metric["config"]["meta"]["unit"] in UNITS, name
    labels = [metric["label"] for metric in metrics.by_name.values()]
    assert sorted(labels) == sorted(set(labels))


def test_every_ratio_names_its_numerator_and_its_denominator(metrics: Metrics) -> None:
    ratios = [x for x in metrics.by_name.values() if x["config"]["meta"]["unit"] == "ratio"]
    assert len(ratios) > 20
    for metric in ratios:
        assert metric["type"] == "ratio", metric["name"]
        parts = metric["type_params"]
        said = f"{parts['numerator']['name']} / {parts['denominator']['name']}"
        assert said in metric["description"], metric["name"]


def test_every_metric_says_which_basis_and_which_kind_of_segment_it_means(
    metrics: Metrics,
) -> None:
    for name, metric in metrics.by_name.items():
        if metric["type"] != "simple":
            continue
        (model,) = metrics.models_of(name)
        known = {dimension["name"] for dimension in model["dimensions"]}
        found = json.dumps((metric["filter"] or {}).get("where_filters"))
        for dimension in {"basis", "segment_type", "retention_window"} & known:
            assert f"{model['primary_entity']}__{dimension}')" in found, f"{name}: {dimension}"


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (
            lambda found: found["nrr_12m"]["type_params"]["numerator"].update(
                name="cohort_kept_mrr_12m"
            ),
            {"nrr_12m"},
        ),
        (
            lambda found: found["grr_1m"]["type_params"]["denominator"].update(
                name="cohort_opening_mrr_3m"
            ),
            {"grr_1m"},
        ),
        (lambda found: refilter(found["new_mrr"], "= 'all'", "<> 'all'"), {"new_mrr"}),
        (lambda found: refilter(found["arr"], "as_reported", "restated"), {"arr"}),
        (lambda found: found["mrr"].update(filter=None), {"mrr"}),
        (
            lambda found: refilter(found["matured_renewed_mrr"], "renewal__is_matured", "not_it"),
            {"matured_renewed_mrr", "renewal_rate"},
        ),
        (lambda found: remeasure(found["offers_ready"], "offered_mrr"), {"offers_ready"}),
        (lambda found: found["red_mrr"]["config"]["meta"].pop("mart"), {"red_mrr"}),
    ],
    ids=[
        "numerator",
        "denominator",
        "segments",
        "basis",
        "no_filter",
        "matured",
        "measure",
        "none",
    ],
)
def test_a_wrong_metric_is_noticed(
    metrics: Metrics,
    built: duckdb.DuckDBPyConnection,
    spoil: Callable[[dict[str, Any]], None],
    named: set[str],
) -> None:
    spoilt = Metrics(copy.deepcopy(metrics.manifest))
    spoil(spoilt.by_name)
    assert set(differences(built, spoilt, named)) == named


def refilter(metric: dict[str, Any], old: str, new: str) -> None:
    for found in metric["filter"]["where_filters"]:
        if new == "not_it" and old in found["where_sql_template"]:
            found["where_sql_template"] = "not " + found["where_sql_template"]
        else:
            found["where_sql_template"] = found["where_sql_template"].replace(old, new)


def remeasure(metric: dict[str, Any], measure: str) -> None:
    metric["type_params"]["measure"]["name"] = measure
    metric["type_params"]["input_measures"][0]["name"] = measure


# ---- how they can be asked for ----


@pytest.mark.parametrize(
    ("metric", "dimension"),
    [
        ("mrr", "account__country"),
        ("mrr", "product__product_family"),
        ("mrr", "account_month__health_band"),
        ("cohort_closing_mrr_12m", "account__industry"),
        ("red_accounts", "account__size_band"),
        ("bookings_acv", "booking__booking_type"),
        ("offers_ready", "offer__offer_class"),
    ],
)
def test_parts_of_a_metric_add_up_to_it(
    metrics: Metrics, built: duckdb.DuckDBPyConnection, metric: str, dimension: str
) -> None:
    parts = metrics.values(built, metric, dimension)
    assert len({part for _, part in parts}) > 1
    whole: Values = {}
    for (month, _), value in parts.items():
        whole[(month,)] = whole.get((month,), 0) + value
    assert whole == metrics.values(built, metric)


def test_every_kind_of_segment_adds_up_to_the_company(
    metrics: Metrics, built: duckdb.DuckDBPyConnection
) -> None:
    whole = metrics.values(built, "mrr")
    kinds = metrics.values(built, "mrr_by_segment", "bridge__segment_type")
    assert len(kinds) > 2 * len(whole)
    assert {key: value for key, value in kinds.items() if value != whole[key[:1]]} == {}


def test_a_quarter_has_the_stock_of_its_last_month_and_the_flows_of_all(
    metrics: Metrics, built: duckdb.DuckDBPyConnection
) -> None:
    by_quarter = """
        select date_trunc('quarter', month) as month, {} from kpi_mrr_bridge
        where basis = 'as_reported' and segment_type = 'all' group by 1
    """
    for metric, value in {
        "mrr": "arg_max(closing_mrr, month)",
        "opening_mrr": "arg_min(opening_mrr, month)",
        "new_mrr": "sum(new_mrr)",
        "paying_accounts": "arg_max(paying_accounts, month)",
    }.items():
        found = metrics.values(built, metric, time="quarter")
        assert found == values_of(built, by_quarter.format(value)), metric


# ---- the command line of MetricFlow ----


@pytest.fixture(scope="module")
def mf(
    target: Path, sample_company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., str]:
    """`mf` on the sample company, in a folder that has what it reads of a project."""
    folder = tmp_path_factory.mktemp("mf")
    for name in ("dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(PROJECT / name)
    (folder / "target").mkdir()
    # It opens the database as a build does.
    (folder / "home").mkdir()
    shutil.copy(sample_company.database, folder / "home")
    (folder / "target" / "semantic_manifest.json").symlink_to(target / "semantic_manifest.json")
    script = Path(sys.executable).with_name("mf")
    places = {
        "WAREHOUSE_HOME": str(folder / "home"),
        "WAREHOUSE_RAW": str(sample_company.raw),
        "DBT_PROJECT_DIR": str(folder),
        "DBT_PROFILES_DIR": str(folder),
        # It asks for a newer version of itself each time; here nobody answers.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            [str(script), *arguments],
            cwd=folder,
            env={**os.environ, **places},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return ask


def test_metricflow_finds_nothing_wrong_in_models_and_warehouse(mf: Callable[..., str]) -> None:
    said = mf("validate-configs", "--show-all")
    summaries = re.findall(r"\(ERRORS: (\d+), FUTURE_ERRORS: (\d+), WARNINGS: (\d+)\)", said)
    # Of the manifest, and of models, dimensions, entities, measures and metrics in the warehouse.
    assert summaries == [("0", "0", "0")] * 6


def test_the_command_answers_what_the_mart_says(
    mf: Callable[..., str], built: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    mf(*shlex.split(QUERIES[0], comments=True)[1:], "--csv", str(tmp_path / "answer.csv"))
    with duckdb.connect() as con:
        answer = f"from read_csv('{tmp_path / 'answer.csv'}')"
        found = con.execute(f"select metric_time__month, nrr_12m {answer}").fetchall()
    wanted = built.execute("""
        select month, nrr from kpi_nrr
        where retention_window = '12m' and segment_type = 'all' and basis = 'as_reported'
    """).fetchall()
    written = {f"{month:%Y-%m-%d}": value for month, value in found if value is not None}
    assert written == {f"{month:%Y-%m-%d}": pytest.approx(nrr, abs=0.005) for month, nrr in wanted}


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_of_the_page_answer(
    metrics: Metrics, built: duckdb.DuckDBPyConnection, query: str
) -> None:
    command, named = shlex.split(query, comments=True)[:2], shlex.split(query, comments=True)[2:]
    options = dict(zip(named[::2], named[1::2], strict=True))
    lists = {name: value.split(",") for name, value in options.items()}
    assert command == ["mf", "query"]
    sql = metrics.sql(
        *lists.pop("--metrics"),
        grouped_by=lists.pop("--group-by"),
        ordered_by=lists.pop("--order", []),
        between=[lists.pop(f"--{end}-time", [""])[0] for end in ("start", "end")],
    )
    assert lists == {}
    assert built.execute(sql).fetchall()


# ---- the page ----


def test_the_page_lists_every_metric(metrics: Metrics) -> None:
    listed = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| `(.*?)` \|$", PAGE, flags=re.MULTILINE)
    wanted = [
        (name, metric["label"], metric["config"]["meta"]["unit"], compared_with(metric))
        for name, metric in metrics.by_name.items()
    ]
    assert sorted(listed) == sorted(wanted)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f" {len(wanted)} [metrics](docs/metrics.md)" in readme


def compared_with(metric: dict[str, Any]) -> str:
    """The mart and the column, as short as one can say it."""
    meta = metric["config"]["meta"]
    column = str(meta["column"])
    return f"{meta['mart']}.{column}" if re.fullmatch(r"[a-z]\w*", column) else str(meta["mart"])


# ---- the document of a run ----


@pytest.fixture(scope="module")
def document(target: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("run")
    write_semantics(folder, target, list_marts(manifest_json()))
    content: dict[str, Any] = json.loads((folder / OSI).read_text(encoding="utf-8"))
    return content


def test_a_run_has_the_document_and_says_its_hash(
    sample_company: Company, document: dict[str, Any]
) -> None:
    run = sample_company.marts.parent
    text = (run / OSI).read_text(encoding="utf-8")
    assert json.loads(text) == document
    assert OSI in json.loads((run / "run.json").read_text(encoding="utf-8"))["files"]
    assert str(sample_company.home) not in text
    assert str(PROJECT) not in text


def test_the_document_is_one_of_the_open_semantic_interchange(document: dict[str, Any]) -> None:
    parsed = OSIDocument.parse_obj(document)
    assert parsed.version == "0.1.1"
    (model,) = parsed.semantic_model
    assert model.name == "expansion_warehouse"
    assert {dataset.source for dataset in model.datasets} <= {
        f"main.{mart.name}" for mart in list_marts(manifest_json())
    }


def test_its_metrics_are_sql_over_the_published_marts(
    sample_company: Company, document: dict[str, Any], metrics: Metrics
) -> None:
    (model,) = document["semantic_model"]
    assert [metric["name"] for metric in model["metrics"]] == sorted(metrics.by_name)
    wrong = {}
    with (
        duckdb.connect(str(sample_company.marts), read_only=True) as published,
        duckdb.connect(str(sample_company.database), read_only=True) as built,
    ):
        for metric in model["metrics"]:
            sql = osi_query(model, metric)
            expected = metrics.values(built, metric["name"])
            found = values_of(published, sql)
            if next(unequal(found, expected), None):
                wrong[metric["name"]] = sql
    assert wrong == {}


def osi_query(model: dict[str, Any], metric: dict[str, Any]) -> str:
    """By month, as a reader of the document writes it, who knows nothing but the document."""
    (dialect,) = metric["expression"]["dialects"]
    expression = dialect["expression"]
    sources = {dataset["name"]: dataset["source"] for dataset in model["datasets"]}
    used = [name for name in sources if f"{name}." in expression]
    joined = [
        x for x in model["relationships"] if x["from"] in used and x["to"] in used and len(used) > 1
    ]
    first = joined[0]["from"] if joined else used[0]
    assert len(joined) == len(used) - 1, metric["name"]
    joins = "".join(
        f" left join {sources[x['to']]} as {x['to']} on "
        + " and ".join(
            f"{x['from']}.{left} = {x['to']}.{right}"
            for left, right in zip(x["from_columns"], x["to_columns"], strict=True)
        )
        for x in joined
    )
    month = f"{first}.month"
    return f"select {month}, {expression} from {sources[first]} as {first}{joins} group by {month}"


def test_the_document_says_which_metrics_are_stocks(document: dict[str, Any]) -> None:
    (model,) = document["semantic_model"]
    advised = {metric["name"] for metric in model["metrics"] if "ai_context" in metric}
    assert {"mrr", "nrr_12m", "red_accounts", "arpa"} <= advised
    assert advised & {"new_mrr", "renewal_rate", "upsell_rate", "bookings_acv"} == set()


# ---- nobody needs it ----


def test_the_package_installs_without_metricflows_command() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [x for x in project["dependencies"] if "metricflow" in x] == []
    assert [x for x in project["optional-dependencies"]["metrics"] if "metricflow" in x]
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "dbt-metricflow" not in lock
    imported = re.compile(r"^\s*(?:from|import) \w*metricflow", re.MULTILINE)
    code = (PROJECT / "scripts").rglob("*.py")
    assert [x.name for x in code if imported.search(x.read_text(encoding="utf-8"))] == []


def test_nothing_reads_the_days() -> None:
    readers = manifest_json()["child_map"]["model.expansion_warehouse.dim_days"]
    assert [reader for reader in readers if not reader.startswith(("test.", "unit_test."))] == []


def test_the_yml_of_the_folder_names_every_model_once() -> None:
    files = sorted((PROJECT / "models" / "semantic").glob("*.yml"))
    models = [
        model["name"]
        for file in files
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("semantic_models", [])
    ]
    assert len(models) == len(set(models)) == len(files) - 1
