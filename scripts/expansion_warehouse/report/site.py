"""The pages of a run: each a template around the scripts that it needs, in English and Japanese."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from expansion_warehouse.explain.definitions import read_definitions
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.report import FIRST_PAGE, REPORT
from expansion_warehouse.report.accounts import INDEX, write_accounts
from expansion_warehouse.report.charts import FILE as CHARTS
from expansion_warehouse.report.datasets import Dataset, dataset_names, read_dataset
from expansion_warehouse.report.facts import run_facts
from expansion_warehouse.report.parts import COHORTS, MOVES, write_parts
from expansion_warehouse.report.why import why_script

LANGUAGES = ("en", "ja")
# What each page shows, by the names of the data sets that it loads.
PAGES: dict[str, tuple[str, ...]] = {
    "overview": (
        *("bridge", "nrr", "ranges", "health", "offer_counts", "renewals_ahead"),
        *("months", MOVES),
    ),
    "revenue": (
        *("bridge", "bridge_periods", "nrr", "ranges", "drivers", "nrr_products", COHORTS),
        *("renewals", "renewals_ahead", "terms_ahead", "schedule", "months", MOVES),
        *("restatements", "restatement_lines", "seals"),
    ),
    "customers": (
        *(
            "health",
            "health_moves",
            "track_record",
            "red_reasons",
            "alerts",
            "alert_counts",
            "alert_record",
        ),
        *("stages", "rfm", "tiers", "accounts_today"),
    ),
    "growth": (
        *(
            "offers",
            "offer_counts",
            "blocked",
            "guard_costs",
            "funnel",
            "ranges",
            "price_steps",
            "affinity",
            "experiments",
        ),
    ),
    "scorecard": ("scorecard", "sources"),
    "account": (INDEX, "account_columns"),
    "quality": ("quarantine", "quarantine_counts", "oddities", "reconciliation"),
    "definitions": ("glossary", "rules", "sources", "marts", "mart_columns"),
}


def write_site(
    run: Path, manifest: Mapping[str, Any], target: Path, charts: str, language: str = "en"
) -> None:
    """Write report.html and the folder report/ of a run's folder, in the place of earlier ones.

    `language` is that of the first page; every page is there in every language.
    """
    site = target / REPORT
    shutil.rmtree(site, ignore_errors=True)
    data, assets = site / "data", site / "assets"
    data.mkdir(parents=True)
    assets.mkdir()
    (assets / CHARTS).write_text(charts, encoding="utf-8")
    (assets / "report.js").write_text(_own_script(), encoding="utf-8")
    (assets / "report.css").write_text(_text("report.css"), encoding="utf-8")
    (assets / "start.js").write_text(_text("start.js"), encoding="utf-8")
    facts = run_facts(run, manifest)
    _write_data(data, run / MARTS_FILE, facts)
    _write_definitions(data, read_definitions(run))
    _write_pages(target, facts, language)


@cache
def words(language: str) -> dict[str, Any]:
    """The texts of a language."""
    content: dict[str, Any] = yaml.safe_load(_text(f"words/{language}.yml"))
    return content


def _text(name: str) -> str:
    return (files("expansion_warehouse.report") / name).read_text(encoding="utf-8")


def _own_script() -> str:
    """Our scripts in the order of their names: a browser loads no modules from files."""
    folder = files("expansion_warehouse.report") / "js"
    parts = sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir())
    return "\n".join(text for _, text in parts)


def _write_data(data: Path, marts_file: Path, facts: Mapping[str, Any]) -> None:
    with duckdb.connect(str(marts_file), read_only=True) as con:
        for name in dataset_names():
            if name != INDEX:
                text = read_dataset(con, name).script()
                (data / f"{name}.js").write_text(text, encoding="utf-8")
        write_accounts(con, data)
        write_parts(con, data)
    _script(data / "run.js", f"report.run({json.dumps(facts, ensure_ascii=False, default=str)});")
    (data / "why.js").write_text(why_script(), encoding="utf-8")
    for language in LANGUAGES:
        text = json.dumps(words(language), ensure_ascii=False)
        _script(data / f"words.{language}.js", f"report.words({text});")


def _write_definitions(data: Path, definitions: Mapping[str, Any]) -> None:
    """Words, and what the cited rules and the sources of marks say."""
    columns = ("english", "japanese", "meaning")
    _write_set(data, "glossary", columns, definitions["glossary"])
    for name, column in (("rules", "rule"), ("sources", "source")):
        texts = sorted((definitions[name] or {}).items())
        _write_set(data, name, (column, "text"), texts)


def _write_set(
    data: Path, name: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    texts = tuple(json.dumps(row, ensure_ascii=False) for row in rows)
    content = Dataset(name, columns, texts, len(texts))
    (data / f"{name}.js").write_text(content.script(), encoding="utf-8")


def _script(file: Path, text: str) -> None:
    file.write_text(text + "\n", encoding="utf-8")


def _write_pages(folder: Path, facts: Mapping[str, Any], first_language: str) -> None:
    """Every page in every language; the first page also at the root."""
    templates = Environment(
        loader=PackageLoader("expansion_warehouse.report"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = templates.get_template("page.html")
    for language in LANGUAGES:
        target = folder / REPORT / language
        target.mkdir()
        texts = words(language)
        other = next(name for name in LANGUAGES if name != language)
        for page, sets in PAGES.items():
            context = {
                "language": language, "other": other, "page": page, "pages": list(PAGES),
                "sets": sets, "text": texts, "other_name": words(other)["name"], "facts": facts,
            }  # fmt: skip
            made = template.render(**context, base="../", pages_at="")
            (target / f"{page}.html").write_text(made, encoding="utf-8")
            if page == "overview" and language == first_language:
                at = f"{REPORT}/{language}/"
                first = template.render(**context, base=f"{REPORT}/", pages_at=at)
                (folder / FIRST_PAGE).write_text(first, encoding="utf-8")
