"""The documentation site: its first page, what it lists, and an example query for every mart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from playwright.sync_api import Page, sync_playwright
from sqlfluff.core import FluffConfig, Linter

from builds import PROJECT, Company, documentation, manifest_json
from expansion_warehouse.engine.marts import EXAMPLE, list_marts
from pages.browser import LOCAL, chromium

PACKAGE = "expansion_warehouse"
LINK = re.compile(r"\]\(#!/(\w+)/([\w.]+)\)")
BLOCK = re.compile(
    rf"{EXAMPLE}\n(?P<question>[^\n]+\?)\n\n```sql\n(?P<sql>[^`]+)\n```(?:\n\n(?P<note>[^\n]+))?"
)
MART = re.compile(r"\b(?:from|join) ((?:fct|dim|kpi|dq)_\w+)")
# A query that means one kind of row says which: else every number is counted several times.
ONE_OF = ("basis", "segment_type", "retention_window", "span", "rfm_basis", "horizon_days")
# Marts of the company of the tests that have no row, as their examples say.
EMPTY = {"dq_oddities", "fct_sealed_months", "kpi_plan_actual"}


def described() -> dict[str, str]:
    """The description of every mart as its page shows it."""
    return {
        node["name"]: node["description"]
        for node in manifest_json()["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


@pytest.fixture(scope="module")
def examples() -> dict[str, re.Match[str]]:
    """The example of every mart."""
    found = {}
    for name, text in described().items():
        matches = list(BLOCK.finditer(text))
        assert len(matches) == 1, f"{name} has no example, or not as the others are written"
        assert matches[0].end() == len(text.rstrip()), f"{name}: more than its example"
        found[name] = matches[0]
    return found


def test_every_mart_has_one_example_and_no_example_is_left_over(
    examples: dict[str, re.Match[str]],
) -> None:
    blocks = [doc["name"] for doc in manifest_json()["docs"].values()]
    named = sorted(name for name in blocks if name.startswith("example_"))
    assert named == sorted(f"example_{name}" for name in examples)
    assert [name for name, text in described().items() if text.count(EXAMPLE) != 1] == []
    questions = [match["question"] for match in examples.values()]
    assert len(set(questions)) == len(questions) > 50


def test_an_example_asks_its_own_mart_and_says_which_rows(
    examples: dict[str, re.Match[str]],
) -> None:
    wrong = []
    columns = {mart.name: mart.columns for mart in list_marts(manifest_json())}
    for name, match in examples.items():
        read = MART.findall(match["sql"])
        if read[0] != name or not set(read) <= set(columns):
            wrong.append(f"{name} reads {read}")
        for column in set(ONE_OF) & set(columns[name]):
            if not re.search(rf"\b{column} = '?\w", match["sql"]):
                wrong.append(f"{name} means every {column}")
        if "order by" not in match["sql"]:
            wrong.append(f"{name} comes in no order")
    assert wrong == []


def test_the_sql_of_examples_is_written_like_the_models(
    examples: dict[str, re.Match[str]],
) -> None:
    # Columns stand beside each other, as people type them: LT09 wants each on its line.
    config = FluffConfig.from_path(
        str(PROJECT), overrides={"templater": "raw", "exclude_rules": "AM04, ST06, LT09"}
    )
    linter = Linter(config=config)
    faults = {
        name: [f"{fault.rule_code()}: {fault.desc()}" for fault in found]
        for name, match in examples.items()
        if (found := linter.lint_string(match["sql"] + "\n").get_violations())
    }
    assert faults == {}


def test_every_example_answers_on_published_marts(
    sample_company: Company, examples: dict[str, re.Match[str]]
) -> None:
    with duckdb.connect(str(sample_company.marts), read_only=True) as con:
        queries = {name: match["sql"] for name, match in examples.items()}
        silent = {name for name, sql in queries.items() if not con.execute(sql).fetchall()}
        rowless = {name for name in queries if not con.execute(f"from {name} limit 1").fetchall()}
        told = con.execute("select table_name, comment from duckdb_tables()").fetchall()
    assert silent == rowless == EMPTY
    assert [name for name in EMPTY if "Empty" not in (examples[name]["note"] or "")] == []
    # What a database says of a table stays the sentence that it was.
    assert [name for name, comment in told if EXAMPLE in (comment or "")] == []
    assert {name for name, comment in told if comment} == set(examples)


def test_descriptions_elsewhere_are_without_the_example() -> None:
    marts = list_marts(manifest_json())
    assert [mart.name for mart in marts if "```" in mart.description] == []
    assert [mart.name for mart in marts if not mart.description.startswith("Grain: ")] == []


# ---- the first page ----


def overview() -> str:
    text: str = manifest_json()["docs"][f"doc.{PACKAGE}.__overview__"]["block_contents"]
    return text


def test_the_overview_leads_to_every_mart_and_reader() -> None:
    linked = {unique_id.partition(".")[2] for _, unique_id in LINK.findall(overview())}
    marts = {f"{PACKAGE}.{name}" for name in described()}
    assert marts - linked == set()
    assert {f"{PACKAGE}.report", f"{PACKAGE}.finance_workbook"} <= linked


def test_the_overview_groups_marts_as_their_folders_are() -> None:
    title = {
        "customer_success": "Customer success",
        "core": "Core: what the others are joined with",
    }
    text = overview().partition("## How to read")[0]
    sections = dict(re.findall(r"### ([^\n]+)\n(.*?)(?=\n### |\Z)", text, re.DOTALL))
    nodes = manifest_json()["nodes"]
    wrong = [
        name
        for name in described()
        if f".{name})"
        not in sections.get(
            title.get(
                folder := nodes[f"model.{PACKAGE}.{name}"]["path"].split("/")[1],
                folder.capitalize(),
            ),
            "",
        )
    ]
    assert wrong == []


def test_files_that_the_overview_names_are_there() -> None:
    named = re.findall(r"`((?:docs|analyses)/[\w./-]*)`", overview())
    assert len(named) > 4
    assert [name for name in named if not (PROJECT / name).exists()] == []


# ---- what the site lists ----


def test_only_the_works_between_are_hidden() -> None:
    nodes = [
        node
        for node in manifest_json()["nodes"].values()
        if node["package_name"] == PACKAGE and node["resource_type"] in ("model", "seed")
    ]
    hidden = {node["path"].split("/")[0] for node in nodes if not node["docs"]["show"]}
    listed = {node["path"].split("/")[0] for node in nodes if node["docs"]["show"]}
    assert hidden == {"intermediate"}
    assert "intermediate" not in listed


def test_all_models_can_be_listed() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    show = project["models"][PACKAGE]["intermediate"]["+docs"]["show"]
    (variable,) = re.findall(r"var\('(\w+)', false\) \| as_bool", show)
    make = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert f"$(if $(ALL),--vars '{{{variable}: true}}')" in make


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in one file, as `make docs` makes it but for compiled SQL and the catalogue."""
    return documentation(tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="module")
def seen(site: Path) -> Iterator[tuple[Page, list[str]]]:
    """The site in a browser, and what it asked of the network."""
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site.as_uri())
        page.wait_for_selector("h1:has-text('Expansion Warehouse')", timeout=60_000)
        yield page, asked
        browser.close()


def opened(seen: tuple[Page, list[str]], kind: str, name: str, title: str) -> Page:
    """The page of a node, by the address that the overview gives it."""
    page, _ = seen
    address = f"!/{kind}/{kind}.{PACKAGE}.{name}"
    page.evaluate("address => { window.location.hash = address; }", address)
    page.wait_for_selector(f"h1:has-text('{title}')", timeout=60_000)
    return page


def test_the_site_opens_from_a_file_and_asks_nothing_of_the_network(
    seen: tuple[Page, list[str]],
) -> None:
    page, asked = seen
    assert "Which mart answers what" in page.inner_text("body")
    assert [url for url in asked if not url.startswith(LOCAL)] == []


def test_the_page_of_a_mart_shows_its_example(seen: tuple[Page, list[str]]) -> None:
    page = opened(seen, "model", "kpi_nrr", "kpi_nrr")
    page.wait_for_selector("h4:has-text('For example')")
    assert "from kpi_nrr" in page.inner_text("pre code")


def test_the_tree_lists_marts_and_not_the_works_between(seen: tuple[Page, list[str]]) -> None:
    page = opened(seen, "model", "kpi_nrr", "kpi_nrr")
    listed = page.locator("nav, .app-menu, .menu").all_inner_texts()
    words = {word.strip() for text in listed for word in text.splitlines()}
    assert {"marts", "staging", "finance", "fct_mrr"} <= words
    assert "intermediate" not in words


def test_a_hidden_model_opens_all_the_same(seen: tuple[Page, list[str]]) -> None:
    page = opened(seen, "model", "int_account_mrr", "int_account_mrr")
    assert "This model is hidden" in page.inner_text("body")


@pytest.mark.parametrize(
    ("exposure", "label"), [("report", "Report"), ("finance_workbook", "Finance workbook")]
)
def test_readers_name_their_owner_and_what_they_read(
    seen: tuple[Page, list[str]], exposure: str, label: str
) -> None:
    page = opened(seen, "exposure", exposure, label)
    text = page.inner_text("body")
    assert "Data platform" in text
    assert "kpi_nrr" in text
