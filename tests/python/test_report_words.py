"""The texts of the report: the same in both languages, and a Japanese one for all that it shows."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.report.site import LANGUAGES, words
from pages.warnings import names_that_warn, warning_texts

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "scripts/expansion_warehouse/report"
SCRIPTS = "\n".join(file.read_text("utf-8") for file in sorted((REPORT / "js").glob("*.js")))
QUERIES = sorted((REPORT / "sql").rglob("*.sql"))
ENGLISH, JAPANESE = (words(language) for language in LANGUAGES)
# English reads these off their names, and its sentences are those of the marts.
OPEN = ("columns", "values", "patterns")
# Lists of names of the data, which stay as they are.
NAMED = {"product", "month"}


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (ROOT / f"seeds/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_seed(name: str, column: str) -> set[str]:
    """The values of a column of a seed."""
    return {row[column] for row in seed(name)}


def listed(*names: str) -> set[str]:
    """The values of lists of the seed value_lists."""
    return {row["value"] for row in seed("value_lists") if row["list_name"] in names}


def outcomes(file: str, first: str, last: str) -> set[str]:
    """What the cases between two marks of a model or macro come to."""
    text = (ROOT / file).read_text("utf-8")
    part = text[text.index(first) : text.index(last, text.index(first))]
    return set(re.findall(r"(?:then|else) '(\w+)'", part))


def of_contract(table: str, column: str) -> set[str]:
    """The values that the raw contract allows."""
    found = next(one for one in read_contract(ROOT) if one.name == table).column(column)
    assert found is not None
    return set(found.values)


def unused_rows() -> set[str]:
    """Why a good row is not used."""
    staged = "".join(file.read_text("utf-8") for file in (ROOT / "models/staging").rglob("*.sql"))
    lines = "models/intermediate/source_quality/int_contract_line_outcomes.sql"
    return {
        *outcomes("macros/raw/staging_steps.sql", "when is_copy then", "as exclusion_reason"),
        *outcomes(lines, "when contract_lines.exclusion_reason", "as final_exclusion_reason"),
        *re.findall(r"unused=\{'(\w+)'", staged),
    }


def metrics() -> set[str]:
    """The metrics of the scorecard."""
    model = (ROOT / "models/marts/sales/kpi_scorecard.sql").read_text("utf-8")
    return {*re.findall(r"\(\s*'(?!int_)(\w+)',\s*(?:'|full_year)", model), "public_plans"}


# What each list of the pages can hold, from where the marts take it.
VALUES: dict[str, set[str]] = {
    "basis": listed("basis"),
    "books": {"closed", "open"},
    "kept": {"mrr", "accounts"},
    "window": of_seed("retention_windows", "retention_window"),
    "period_type": {"month"} | of_seed("period_types", "period_type"),
    "segment_type": listed("segment_type"),
    "segment": {"all"},
    "interval_note": listed("interval_note"),
    "nrr_band": of_seed("nrr_bands", "band"),
    "change": {"mrr_in_force", "health_bands", "alert_began", "alert_ended"},
    "health_band": listed("score_band", "no_score_band") | {"unscored", "not_there", "all"},
    "movement": listed("movement", "no_movement"),
    "sub_movement": listed("sub_movement"),
    "booking_type": listed("booking_type"),
    "driver": listed("driver"),
    "ended_by": listed("ended_by"),
    "renewal_state": listed("renewal_state"),
    "outlook_verdict": listed("outlook_verdict"),
    "verdict": listed("backtest_verdict", "guard_verdict")
    | outcomes("macros/rules/alerts.sql", "macro alert_verdict", "endmacro"),
    "red_reason": listed("red_reason"),
    "severity": of_seed("alert_kinds", "severity"),
    "alert_kind": of_seed("alert_kinds", "alert_kind"),
    "alert_outcome": of_seed("alert_kinds", "outcome"),
    "what_to_do": of_seed("alert_kinds", "alert_kind"),
    "usage_trend": listed("direction") | {"unknown"},
    "lifecycle_stage": listed("lifecycle_stage", "former_stage", "prospect_stage"),
    "rfm_basis": listed("rfm_basis"),
    "customer_tier": listed("customer_tier"),
    "component": of_seed("health_weights", "component"),
    "offer_class": of_seed("offer_classes", "offer_class"),
    "guard_reason": of_seed("guard_reasons", "reason"),
    "outcome": listed("outcome_to_date", "cohort_outcome"),
    "price_gap_band": of_seed("price_gap_bands", "price_gap_band"),
    "experiment_status": listed("experiment_status"),
    "scorecard_status": listed("scorecard_status"),
    "metric": metrics(),
    "restatement_reason": of_seed("restatement_reasons", "reason"),
    "seal_reason": listed("seal_reason"),
    "suite": {"raw", "marts", "models", "settings"},
    "warned_test": set(names_that_warn("models")),
    "table_state": {"present", "empty", "absent"},
    "file_state": {"read", "not_read"},
    "row_outcome": listed("source_outcome"),
    "action_kind": of_contract("actions", "kind"),
    "action_outcome": of_contract("actions", "outcome"),
    "part": of_seed("coverage_parts", "title"),
    "row_reason": of_seed("quarantine_reasons", "reason") | unused_rows(),
    "row_reason_meaning": of_seed("quarantine_reasons", "reason"),
    "row_reason_remedy": of_seed("quarantine_reasons", "reason"),
    "oddity_reason": of_seed("oddity_reasons", "reason"),
    "oddity_meaning": of_seed("oddity_reasons", "reason"),
    "oddity_remedy": of_seed("oddity_reasons", "reason"),
}


def texts(at: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a language with its path."""
    for name, found in at.items():
        if isinstance(found, Mapping):
            yield from texts(found, f"{path}{name}.")
        elif name != "patterns":
            yield f"{path}{name}", found


def lists_of_pages() -> set[str]:
    """The lists that the scripts name."""
    pairs = " ".join(re.findall(r"\blists(?::| =) \{([^}]*)\}", SCRIPTS))
    replaced = " ".join(re.findall(r"instead: \{([^}]*)\}", SCRIPTS))
    return {
        *re.findall(r'\w+: "(\w+)"', pairs),
        *re.findall(r'(?:report\.value\(|\blist: |[xy]List: )"(\w+)"', SCRIPTS),
        *re.findall(r': \["(\w+)", "\w+"\]', replaced),
    }


def columns_of_queries() -> set[str]:
    """The columns of every query of the report."""
    found: set[str] = set()
    with duckdb.connect() as con:
        for query in QUERIES:
            row = con.execute("select json_serialize_sql(?)", [query.read_text("utf-8")]).fetchone()
            assert row is not None
            (statement,) = json.loads(row[0])["statements"]
            for selected in statement["node"]["select_list"]:
                found.add(selected["alias"] or selected["column_names"][-1])
    return found


def columns_of_scripts() -> set[str]:
    """The columns that the scripts name: those of tables and of what a chart says."""
    told = re.findall(r"(?:olumns|head|names)\b(?::| =) \[([^\]]*)\]", SCRIPTS)
    told += re.findall(r'\btable\("\w+", "\w+", \[([^\]]*)\]', SCRIPTS)
    told += re.findall(r"report\.facts\.\w+, \[([^\]]*)\]", SCRIPTS)
    named = re.findall(r'label\("(\w+)"\)', SCRIPTS) + re.findall(r'"columns\.(\w+)"', SCRIPTS)
    return {*named, *re.findall(r'"(\w+)"', " ".join(told))}


def said(sentence: str) -> str:
    """A sentence as the pages say it in Japanese; as it is where no pattern matches."""
    for pattern, template in JAPANESE["patterns"]:
        found = re.match(pattern, sentence)
        if found:
            return _filled(template, found)
    return sentence


def _filled(template: str, found: re.Match[str]) -> str:
    def part(place: re.Match[str]) -> str:
        text = found[int(place[2])] or ""
        return f"{float(text):,.10g}" if place[1] else said(text)

    return re.sub(r"\$(#?)(\d)", part, template)


# What stands in the sentences of a seed: each placeholder with what it can be.
DAY = "2026-05-08"
CHANGES = ("", ", down from 3", ", up from 7.5", ", as the month before")
OTHERS = ("", " (also CHAT, CRM)")
ALERT_WORDS = {
    "limit_reached": ("seats", "GB of storage", "API calls"),
    "limit_near": ("seats", "GB of storage", "API calls"),
    "offer_ready": tuple(
        name.replace("_", " ") for name in sorted(of_seed("offer_classes", "offer_class"))
    ),
    "cancel_notice": (DAY,),
    "payment_overdue": ("INV-7 (JPY)",),
}
OFFER_FACTS = {
    **dict.fromkeys(("score", "used", "contacts"), ("42.6",)),
    **dict.fromkeys(("included", "activity", "activity_before"), ("1250",)),
    **dict.fromkeys(
        ("renewal", "adopted", "first_paid", "read_on", "quiet", "proposed", "refused", "agreed"),
        (DAY,),
    ),
    "due": (DAY,),
    "meter": ("seats", "GB of storage", "API calls"),
    "success": (f"{DAY}, success", f"{DAY}, nps 9", f"{DAY}, csat 4.5"),
    "refused_row": ("invoices INV-7",),
}


def sentences() -> Iterator[tuple[str, dict[str, str]]]:
    """Every sentence of the seeds with its placeholders filled, and what they were filled with."""
    numbers = ("days", "numerator", "denominator", "observations", "seats", "raw", "percent")
    health = {**dict.fromkeys((*numbers, "score"), ("28.5",)), "change": CHANGES}
    money = {"opening": ("17400",), "closing": ("38570",), "amount": ("-21170",)}
    retention = {**money, "currency": ("JPY",), "product": ("CRM",)}
    alert = {"reading": ("61.5",), "before": ("76",), "bound": ("90",), "day": (DAY,)}
    for row in seed("alert_sentences"):
        facts = {**alert, "subject": ("CHAT-CLASSIC",), "others": OTHERS}
        words_of_kind = ALERT_WORDS.get(row["alert_kind"], ("",))
        yield from filled(row["sentence"], {**facts, "words": words_of_kind})
    absent = next(x for x in seed("health_explanations") if x["situation"] == "not_in_company")
    for row in seed("health_explanations"):
        yield from filled(row["sentence"], health)
        if row["component"] != "score" and row != absent:
            yield from filled(f"{row['sentence']} {absent['sentence']}", health)
    for row in seed("retention_sentences"):
        yield from filled(row["sentence"], retention)
    for row in seed("guard_reasons") + seed("timing_flags"):
        yield from filled(row["sentence"], OFFER_FACTS)
    for row in seed("value_lists"):
        if row["list_name"] == "outlook_verdict":
            yield row["meaning"], {}
    meanings = {row["reason"]: row["meaning"] for row in seed("quarantine_reasons")}
    yield f"{meanings['ambiguous_id']}: A-1, a-1", {"candidates": "A-1, a-1"}
    for text in warning_texts():
        yield text, {}


def filled(
    sentence: str, facts: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """A sentence with every choice of its placeholders."""
    names = list(dict.fromkeys(re.findall(r"\{(\w+)\}", sentence)))
    for choice in itertools.product(*(facts[name] for name in names)):
        chosen = dict(zip(names, choice, strict=True))
        yield sentence.format(**chosen), chosen


SENTENCES = list(sentences())


def test_both_languages_have_the_same_keys() -> None:
    one, other = (
        {path for path, _ in texts(language) if not path.startswith(OPEN)}
        for language in (ENGLISH, JAPANESE)
    )
    assert one == other


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [path for path, text in texts(words(language)) if not str(text).strip()] == []


def test_both_languages_fill_in_the_same() -> None:
    japanese = dict(texts(JAPANESE))
    for path, text in texts(ENGLISH):
        asked = {re.search(r"\w+", name)[0] for name in re.findall(r"\{\w+\}", str(text))}  # type: ignore[index]
        if path in japanese:
            assert set(re.findall(r"\{(\w+)\}", str(japanese[path]))) == asked, path


def test_japanese_names_every_column() -> None:
    shown = columns_of_queries() | columns_of_scripts()
    assert len(shown) > 300
    assert sorted(shown - set(JAPANESE["columns"])) == []


def test_the_values_of_every_list_are_known() -> None:
    assert lists_of_pages() - NAMED == set(VALUES)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_japanese_names_every_value(name: str) -> None:
    assert VALUES[name]
    assert {str(value) for value in JAPANESE["values"][name]} == VALUES[name]


@pytest.mark.parametrize(("sentence", "facts"), SENTENCES)
def test_a_pattern_says_every_sentence(sentence: str, facts: dict[str, str]) -> None:
    japanese = said(sentence)
    assert re.search(r"[a-z]{3,} [a-z]{2,}", japanese.replace("invoices INV", "")) is None, japanese
    assert re.search("[ぁ-ん]", japanese), japanese
    for fact in facts.values():
        number = f"{float(fact):,.10g}" if re.fullmatch(r"-?[\d.]+", fact) else fact
        assert any(text in japanese for text in (fact, number, said(fact))), fact


def test_a_sentence_that_no_pattern_knows_stays() -> None:
    assert said("Something quite different.") == "Something quite different."


def test_every_pattern_is_of_some_sentence() -> None:
    used: set[str] = set()

    def note(text: str) -> None:
        for pattern, _ in JAPANESE["patterns"]:
            found = re.match(pattern, text)
            if found:
                used.add(pattern)
                for group in found.groups():
                    note(group or "")
                return

    for sentence, _ in SENTENCES:
        note(sentence)
    assert sorted({pattern for pattern, _ in JAPANESE["patterns"]} - used) == []
