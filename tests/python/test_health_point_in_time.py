"""Health and offers never peek: four ways in which the future could leak into them, and does not.

June 2025 closed on 8 July 2025. Whatever happened or became known afterwards must not move a score
or an offer of that month or of any month before, not by a tenth of a point.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT, Company, ask, project_manifest
from engine import Engine

pytestmark = pytest.mark.slow

LAST_MONTH = "2025-06-01"
MONTH_END = "2025-06-30"
CLOSE = "2025-07-08"
MODELS = (
    "fct_health_scores",
    "fct_health_components",
    "fct_usage_monthly",
    "fct_lifecycle_stages",
    "fct_alerts",
    "int_timing_products",
    "int_upsell_opportunities",
)

# What later days may say of a row: whether an alert is over, and whom to turn to now.
OPEN_TO_LATER = {"fct_alerts": ("ended_on", "is_open", "account_name", "owner")}

# When a row of a table happened; tables that only describe have no such day.
OCCURRED = {
    "usage_events": "occurred_at",
    "usage_daily": "used_on",
    "usage_meters": "measured_on",
    "support_tickets": "opened_at",
    "survey_responses": "responded_at",
    "engagement_events": "occurred_at",
    "account_signals": "occurred_at",
    "actions": "done_on",
    "invoices": "issued_on",
    "costs": "incurred_on",
    "service_pauses": "paused_from",
    "proposals": "coalesce(candidate_on, proposed_on)",
    "experiment_assignments": "assigned_at",
}
# What a row learns later about itself.
LATER_DATES = {
    "contract_lines": ("cancel_notice_on", "terminated_on"),
    "support_tickets": ("closed_at",),
    "invoices": ("paid_on",),
    "accounts": ("merged_on",),
    "contacts": ("opted_out_on", "left_on", "erased_at"),
    "users": ("erased_at",),
    "service_pauses": ("paused_to",),
    "proposals": ("contacted_on", "proposed_on", "closed_on"),
}
# What stands in the row only once such a day has come.
LATER_WORDS = {
    "proposals": (
        f"case when closed_on > date '{CLOSE}' then 'open' else outcome end as outcome, "
        f"case when closed_on <= date '{CLOSE}' then lost_reason end as lost_reason, "
    ),
}
# Rows that become known after the close about the time before it, as a select over the rows of the
# table with `replace`, and their first day of knowledge.
BACKDATED = {
    "usage_events": "event_id || '-late' as event_id, date '2025-06-20' as occurred_at",
    "usage_meters": "used * 3 as used",
    "support_tickets": (
        "ticket_id || '-late' as ticket_id, date '2025-05-20' as opened_at, "
        "cast(null as timestamp) as closed_at, 1 as severity"
    ),
    "survey_responses": (
        "response_id || '-late' as response_id, date '2025-06-20' as responded_at, 0 as score"
    ),
    "invoices": (
        "invoice_id || '-late' as invoice_id, date '2025-01-01' as issued_on, "
        "date '2025-02-01' as due_on, cast(null as date) as paid_on"
    ),
    "contract_lines": (
        "'3' as quantity, date '2025-01-01' as effective_from, "
        "date '2025-06-01' as cancel_notice_on"
    ),
    "plans": "1 as api_call_limit, 1 as storage_gb_limit",
    "plan_features": "feature_key || '-late' as feature_key, true as is_key_feature",
    "users": "'service' as kind",
    "accounts": "'elsewhere' as size_band, true as do_not_contact",
    "contacts": (
        "'decision_maker' as role, true as do_not_contact, date '2025-06-01' as effective_from"
    ),
    "account_signals": (
        "signal_id || '-late' as signal_id, date '2025-06-20' as occurred_at, 'success' as kind"
    ),
    "proposals": (
        "proposal_id || '-late' as proposal_id, date '2025-06-02' as contacted_on, "
        "date '2025-06-02' as proposed_on, date '2025-06-20' as closed_on, 'lost' as outcome"
    ),
}
# The same rows again, a year ahead.
AHEAD = {
    "usage_events": "event_id || '-ahead' as event_id, date '2025-07-15' as occurred_at",
    "support_tickets": "ticket_id || '-ahead' as ticket_id, date '2025-07-01' as opened_at",
    "survey_responses": (
        "response_id || '-ahead' as response_id, date '2025-07-01' as responded_at, 0 as score"
    ),
    "proposals": (
        "proposal_id || '-ahead' as proposal_id, cast(null as date) as candidate_on, "
        "cast(null as date) as contacted_on, date '2025-07-15' as proposed_on, "
        "cast(null as date) as closed_on, 'open' as outcome"
    ),
}


def copy_raw(raw: Path, target: Path) -> list[Path]:
    """A copy of a raw folder; its tables."""
    shutil.copytree(raw, target, ignore=shutil.ignore_patterns("hidden_truth"))
    return sorted(target.glob("*.parquet"))


def columns_of(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    return [str(row[0]) for row in connection.sql(f"describe select * from '{file}'").fetchall()]


def rewrite(connection: duckdb.DuckDBPyConnection, file: Path, query: str) -> None:
    """Replace a file by what a query over it gives."""
    connection.execute(f"create or replace temp table rewritten as {query}")
    connection.execute(f"copy rewritten to '{file}' (format parquet)")


def business_day(column: str) -> str:
    """The company's day of a date or of a moment in UTC."""
    return f"cast(cast({column} as timestamp) + interval 9 hours as date)"


@pytest.fixture(scope="module")
def truncated(
    engine: Engine, sample_company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    """What the folder held when June closed."""
    folder = tmp_path_factory.mktemp("truncated")
    with duckdb.connect() as connection:
        for file in copy_raw(sample_company.raw, folder / "raw"):
            table, columns = file.stem, columns_of(connection, file)
            kept = ["true"]
            if "recorded_at" in columns:
                kept.append(f"coalesce({business_day('recorded_at')} <= date '{CLOSE}', true)")
            if table in OCCURRED:
                kept.append(f"coalesce({OCCURRED[table]} < date '{CLOSE}', true)")
            unlearned = "".join(
                f"case when {name} <= date '{CLOSE}' then {name} end as {name}, "
                for name in LATER_DATES.get(table, ())
            ) + LATER_WORDS.get(table, "")
            replaced = f"replace ({unlearned.rstrip(', ')})" if unlearned else ""
            rewrite(
                connection, file, f"select * {replaced} from '{file}' where {' and '.join(kept)}"
            )
    return engine.build(Company(folder / "raw", folder / "home"), MODELS, as_of_date=CLOSE)


@pytest.fixture(scope="module")
def told_more(
    engine: Engine, sample_company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    """The folder with another future: rows ahead, rows about the past, other later dates."""
    folder = tmp_path_factory.mktemp("told_more")
    with duckdb.connect() as connection:
        for file in copy_raw(sample_company.raw, folder / "raw"):
            table, columns = file.stem, columns_of(connection, file)
            shifted = "".join(
                f"case when {name} > date '{MONTH_END}' then {name} + interval 23 days "
                f"else {name} end as {name}, "
                for name in LATER_DATES.get(table, ())
            )
            replaced = f"replace ({shifted.rstrip(', ')})" if shifted else ""
            known = "" if "recorded_at" in columns else ", cast(null as timestamp) as recorded_at"
            parts = [f"select * {replaced} {known} from '{file}'"]
            for additions, day in ((BACKDATED, "2025-08-01"), (AHEAD, "2025-07-20")):
                if table not in additions:
                    continue
                when = f"timestamp '{day} 12:00:00' as recorded_at"
                if known:
                    row = f"* replace ({additions[table]}), {when}"
                else:
                    row = f"* replace ({additions[table]}, {when})"
                chosen = " where measured_on < '2025-07-01'" if table == "usage_meters" else ""
                parts.append(f"select {row} from '{file}'{chosen}")
            rewrite(connection, file, " union all by name ".join(parts))
    return engine.build(Company(folder / "raw", folder / "home"), MODELS)


def relation(model: str) -> str:
    """Where a model lies in the database."""
    return f"{'intermediate' if model.startswith('int_') else 'main'}.{model}"


def past(model: str) -> str:
    """The rows that June and the months before it published."""
    if model == "int_timing_products":
        return f"reference_kind = 'month_end' and reference_on <= '{MONTH_END}'"
    if model == "fct_alerts":
        return f"began_on <= '{MONTH_END}'"
    return f"month <= '{LAST_MONTH}'"


def differences(ours: Company, theirs: Company, model: str, rows_meant: str) -> int:
    """Rows that only one of two warehouses has."""
    with duckdb.connect() as connection:
        for name, company in (("ours", ours), ("theirs", theirs)):
            connection.execute(f"attach '{company.home / 'build.duckdb'}' as {name} (read_only)")
        left_out = ", ".join(OPEN_TO_LATER.get(model, ()))
        columns = f"* exclude ({left_out})" if left_out else "*"
        sides = [
            f"select {columns} from {name}.{relation(model)} where {rows_meant}"
            for name in ("ours", "theirs")
        ]
        counts = [
            connection.sql(f"select count(*) from ({one} except all {other})").fetchall()[0][0]
            for one, other in (sides, reversed(sides))
        ]
    return int(sum(counts))


def rows(company: Company, model: str) -> int:
    query = f"select count(*) from {relation(model)} where {past(model)}"
    return int(ask(company.database, query)[0][0])


@pytest.mark.parametrize("model", MODELS)
def test_last_years_scores_from_what_was_there_last_year(
    sample_company: Company, truncated: Company, model: str
) -> None:
    assert rows(truncated, model) > (200 if model == "fct_alerts" else 500)
    assert differences(sample_company, truncated, model, past(model)) == 0


@pytest.mark.parametrize("model", MODELS)
def test_another_future_is_the_same_past(
    sample_company: Company, told_more: Company, model: str
) -> None:
    """Rows ahead, rows recorded later, later dates, and versions of seats, plan and features."""
    assert differences(sample_company, told_more, model, past(model)) == 0
    assert differences(sample_company, told_more, model, f"not ({past(model)})") > 100


def test_no_score_reads_what_became_of_an_account() -> None:
    """By lineage: movements, retention, proposals and the backtest are no ancestors of a score."""
    nodes = project_manifest().nodes
    ancestors: set[str] = set()
    waiting = ["model.expansion_warehouse.fct_health_scores"]
    while waiting:
        node = nodes.get(waiting.pop())
        for parent in node.depends_on_nodes if node else ():
            if parent not in ancestors:
                ancestors.add(parent)
                waiting.append(parent)
    # Seeds are rules, not outcomes.
    names = {name.rsplit(".", 1)[1] for name in ancestors if name.startswith("model.")}
    outcomes = ("movement", "retention", "renewal", "proposal", "backtest", "driver", "change_days")
    assert [name for name in sorted(names) if any(word in name for word in outcomes)] == []
    health = PROJECT / "models" / "intermediate" / "health"
    scoring = [path for path in health.glob("*.sql") if path.stem in names]
    assert [path.stem for path in scoring if "'restated'" in path.read_text(encoding="utf-8")] == []
