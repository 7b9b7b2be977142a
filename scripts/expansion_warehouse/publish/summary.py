"""The closing summary: what a published run says, in one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from shlex import quote
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.environment import shown
from expansion_warehouse.explain.definitions import DEFINITIONS
from expansion_warehouse.gates.refused import RefusedRow, read_refused
from expansion_warehouse.monday.files import MONDAY, TEAM
from expansion_warehouse.printable import printable_line
from expansion_warehouse.publish.book import BOOK, BOOK_MARTS, book_sentences
from expansion_warehouse.publish.parts import measure_parts, missing_for
from expansion_warehouse.publish.publisher import MARTS_FILE, PARQUET, QUALITY
from expansion_warehouse.publish.runs import CURRENT, Run
from expansion_warehouse.report import FIRST_PAGE
from expansion_warehouse.workbook import FINANCE

_LABEL_WIDTH = 19
_EXAMPLE = "kpi_nrr"
_HOME = "warehouse"
_ASK = "warehouse explain kpi_nrr.nrr"
_ASK_HINT = "  of what, by which rules, from which rows"
# They read every table to count it; an absent one takes nothing from them.
_BOOKKEEPING = ("dq_oddities", "dq_quarantine", "fct_source_reconciliation")
_TOP_SEGMENTS = 4
_TOP_REASONS = 3
_SHOWN_WARNINGS = 3
_SHOWN_UNREAD = 5
_BANDS = ("rules", "nrr_bands")
_BAND_STYLES = {"below": "red", "good": "green", "excellent": "bold green"}
_SEAL_REASONS = {
    "source": "the source has changed its past",
    "rules": "rules, settings or the catalogue have changed",
}
_HEALTH_ORDER = ("green", "yellow", "red", "onboarding", "insufficient_data")
_RFM_BASES = {"billing": "billing", "value_event": "use of key features"}
_HEALTH_STYLES = {"green": "green", "yellow": "yellow", "red": "red"}


def measure_headline(marts_file: Path, database: Path) -> dict[str, Any]:
    """The figures of the closing summary; a figure whose mart is absent is left out.

    The bounds of bands come from the seeds in `database`, the build that the marts are from.
    """
    headline: dict[str, Any] = {}
    with duckdb.connect(str(marts_file), read_only=True) as con:
        rows = con.execute("select table_name from duckdb_tables()").fetchall()
        tables = {row[0] for row in rows}
        if "fct_mrr_movements" in tables:
            headline["revenue"] = _revenue(con)
        if "kpi_nrr" in tables:
            headline["retention"] = _retention(con, database)
        if "fct_health_scores" in tables:
            headline["health"] = _counts(con, _HEALTH)
        if "fct_rfm" in tables:
            headline["rfm"] = _counts(con, _RFM)
            headline["rfm_read"] = _records(con, _RFM_READ)[0]
        if "fct_upsell_opportunities" in tables:
            headline["offers"] = _counts(con, _OFFERS)
        if "dq_quarantine" in tables:
            headline["quarantine"] = _counts(con, _QUARANTINE)
        if {"dq_quarantine", "fct_mrr", "dim_months"} <= tables:
            headline["refused"] = read_refused(con, "dq_quarantine", "fct_mrr", "dim_months")
        if tables >= BOOK_MARTS:
            headline["book"] = _records(con, BOOK)[0]
        if "fct_sealed_months" in tables:
            headline["sealed"] = _records(con, _SEALED)
        headline["parts"] = measure_parts(con, database)
    return headline


# What the board saw (as reported) where the project keeps it, else everything known.
_BASIS = "basis = (select min(basis) from {mart})"

_REVENUE = f"""
select
    month,
    basis,
    sum(opening_mrr) as opening_mrr,
    sum(closing_mrr) as closing_mrr,
    count(*) filter (where closing_mrr > 0) as paying_accounts,
    count(*) filter (where movement = 'new') as new_accounts,
    count(*) filter (where movement = 'churn') as churned_accounts
from fct_mrr_movements
where {_BASIS.format(mart="fct_mrr_movements")}
group by all
order by month desc
limit 1
"""

_RETENTION = f"""
select retention_window, nrr, grr, nrr_band
from kpi_nrr
where segment_type = 'all' and {_BASIS.format(mart="kpi_nrr")}
    and month = (select max(month) from kpi_nrr)
order by retention_window
"""

_HEALTH = """
select health_band, count(*) from fct_health_scores
where month = (select max(month) from fct_health_scores)
group by all order by 2 desc, 1
"""

# By value events where they are known, else by billing.
_RFM = """
with scored as (
    from fct_rfm where rfm_segment is not null and month = (select max(month) from fct_rfm)
)
select rfm_segment, count(*) from scored
where rfm_basis = (select max(rfm_basis) from scored)
group by all order by 2 desc, 1
"""

_RFM_READ = """
with scored as (
    from fct_rfm where rfm_segment is not null and month = (select max(month) from fct_rfm)
)
select max(rfm_basis) as basis, bool_or(segment_from <> 'quantiles') as has_fixed_limits
from scored
where rfm_basis = (select max(rfm_basis) from scored)
"""

_OFFERS = """
select
    case
        when priority is not null then 'ready'
        when is_eligible then 'waiting for their time'
        else 'blocked, with reasons'
    end as state,
    count(*)
from fct_upsell_opportunities
group by all
order by bool_or(priority is not null) desc, bool_or(is_eligible) desc
"""

_QUARANTINE = "select reason, count(*) from dq_quarantine group by all order by 2 desc, 1"


_SEALED = """
select strftime(month, '%Y-%m') as month, sealed_closing_mrr, current_closing_mrr, reason
from fct_sealed_months
order by month
"""


def _revenue(con: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    found = _records(con, _REVENUE)
    return found[0] if found else None


def _retention(con: duckdb.DuckDBPyConnection, database: Path) -> dict[str, Any]:
    bounds = _band_bounds(database)
    return {
        row.pop("retention_window"): {**row, **bounds.get(row["nrr_band"], {})}
        for row in _records(con, _RETENTION)
    }


def _band_bounds(database: Path) -> dict[str, dict[str, Any]]:
    """Where each NRR band begins and ends, by the seed of the build; nothing without that seed."""
    with open_read_only(database) as con:
        found = con.execute(
            "select 1 from duckdb_tables() where (schema_name, table_name) = (?, ?)", _BANDS
        ).fetchone()
        if not found:
            return {}
        rows = _records(con, f"select band, nrr_from, nrr_below from {'.'.join(_BANDS)}")
        return {row.pop("band"): row for row in rows}


def _counts(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in con.execute(sql).fetchall()}


def _records(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def print_summary(run: Run, home: Path, console: Console) -> None:
    """Print a run for a person: figures first, then what to look at, then where things are."""
    manifest = run.manifest
    headline = manifest.get("headline") or {}
    console.print()
    console.print(_title(run), highlight=False)
    console.print()
    grid = Table.grid()
    grid.add_column(style="dim", no_wrap=True, width=_LABEL_WIDTH)
    grid.add_column(overflow="fold")
    currency = str((manifest.get("vars") or {}).get("reporting_currency") or "")
    for label, value in [
        *_revenue_lines(headline.get("revenue"), currency),
        *_book_lines(headline.get("book"), str(manifest.get("as_of_date"))),
        *_retention_lines(headline.get("retention"), headline.get("book")),
        *_segment_lines(headline, manifest),
        *_attention_lines(manifest, headline),
    ]:
        grid.add_row(label, _shown(value))
    console.print(grid, highlight=False)
    console.print()
    _print_places(manifest, home, console)


def _shown(value: Text) -> Text:
    """A line with its styles, of which nothing can steer the terminal.

    Styles are positions in the text, so a line that has to be written otherwise loses its own.
    """
    plain = printable_line(value.plain)
    return value if plain == value.plain else Text(plain)


def _title(run: Run) -> Text:
    manifest = run.manifest
    known = manifest.get("known_at")
    text = Text("Published ", style="bold green")
    text.append(run.run_id, style="bold")
    text.append(f"  as of {manifest.get('as_of_date')}")
    text.append(f", as known on {known}" if known else "", style="dim")
    return text


def _revenue_lines(revenue: Mapping[str, Any] | None, currency: str) -> list[tuple[str, Text]]:
    if not revenue:
        return []
    opening, closing = Decimal(str(revenue["opening_mrr"])), Decimal(str(revenue["closing_mrr"]))
    change = closing - opening
    text = Text(f"{currency} {closing:,.0f}", style="bold")
    share = f", {_signed_percent(change / opening)}" if opening else ""
    style = "green" if change >= 0 else "red"
    text.append(f"  {change:+,.0f}{share} in {_month(revenue['month'])}", style=style)
    accounts = Text(f"{revenue['paying_accounts']:,}", style="bold")
    accounts.append(
        f"  {revenue['new_accounts']:,} new, {revenue['churned_accounts']:,} churned", style="dim"
    )
    return [("MRR", text), ("Paying accounts", accounts)]


def _month(value: Any) -> str:
    return date.fromisoformat(str(value)[:10]).strftime("%B %Y")


def _signed_percent(ratio: Decimal) -> str:
    return f"{ratio * 100:+.1f} %"


def _book_lines(book: Mapping[str, Any] | None, as_of_date: str) -> list[tuple[str, Text]]:
    """A sentence each for what is special about a small book, or one that is not in force."""
    sentences = book_sentences(book, as_of_date) if book else []
    return [("" if index else "Book", Text(line, "yellow")) for index, line in enumerate(sentences)]


def _retention_lines(
    retention: Mapping[str, Any] | None, book: Mapping[str, Any] | None = None
) -> list[tuple[str, Text]]:
    if retention is None:
        return []
    yearly = retention.get("12m") or {}
    if yearly.get("nrr") is None:
        is_young = not book or book["months"] < 13
        text = "needs 13 months of history" if is_young else "nobody paid twelve months before"
        return [("NRR 12 months", Text(text, style="dim"))]
    band = str(yearly.get("nrr_band") or "")
    nrr = Text(f"{yearly['nrr']:.1%}".replace("%", " %"), style="bold")
    nrr.append(f"  {_band_in_words(yearly)}", style=_BAND_STYLES.get(band, ""))
    grr = Text(f"{yearly['grr']:.1%}".replace("%", " %"), style="bold")
    return [("NRR 12 months", nrr), ("GRR 12 months", grr)]


def _band_in_words(yearly: Mapping[str, Any]) -> str:
    """A band with its bounds, as far as the run knows them."""
    band = str(yearly.get("nrr_band") or "")
    low, high = (
        None if yearly.get(bound) is None else f"{round(yearly[bound] * 100, 2):g}"
        for bound in ("nrr_from", "nrr_below")
    )
    if low and high:
        return f"{band}, {low}–{high} %"
    if low:
        return f"{band}, {low} %+"
    if high:
        return f"below {high} %" if band == "below" else f"{band}, below {high} %"
    return band


def _segment_lines(
    headline: Mapping[str, Any], manifest: Mapping[str, Any]
) -> list[tuple[str, Text]]:
    lines = []
    health: Mapping[str, int] = headline.get("health") or {}
    missing = missing_for("health", manifest)
    if missing:
        text = Text(f"nobody has a score without {missing}", style="dim")
        lines.append(("Health", text))
    elif health:
        bands = [band for band in _HEALTH_ORDER if band in health]
        bands += [band for band in health if band not in bands]
        parts = [(band, health[band], _HEALTH_STYLES.get(band, "")) for band in bands]
        lines.append(("Health", _tally(parts)))
    segments: Mapping[str, int] = headline.get("rfm") or {}
    if segments:
        top = list(segments.items())[:_TOP_SEGMENTS]
        tally = _tally([(name, count, "") for name, count in top])
        read: Mapping[str, Any] = headline.get("rfm_read") or {}
        if read.get("basis"):
            fixed = ", by fixed limits" if read.get("has_fixed_limits") else ""
            tally.append(f" ({_RFM_BASES.get(read['basis'], read['basis'])}{fixed})", style="dim")
        lines.append(("RFM, largest", tally))
    offers: Mapping[str, int] = headline.get("offers") or {}
    if offers:
        lines.append(("Offers", _tally([(name, count, "") for name, count in offers.items()])))
    return lines


def _tally(parts: Sequence[tuple[str, int, str]]) -> Text:
    text = Text()
    for index, (name, count, style) in enumerate(parts):
        text.append(" · " if index else "", style="dim")
        text.append(f"{count:,} ", style="bold")
        text.append(name.replace("_", " "), style=style)
    return text


def _attention_lines(
    manifest: Mapping[str, Any], headline: Mapping[str, Any]
) -> list[tuple[str, Text]]:
    lines = []
    reasons: Mapping[str, int] = headline.get("quarantine") or {}
    if reasons:
        top = list(reasons.items())[:_TOP_REASONS]
        total = sum(reasons.values())
        text = Text(f"{total:,} row{'' if total == 1 else 's'}  ", style="bold")
        text.append_text(_tally([(name, count, "") for name, count in top]))
        if len(reasons) > len(top):
            text.append(f" · {len(reasons) - len(top)} more reasons", style="dim")
        lines.append(("Quarantined", text))
        lines += _refused_lines(headline.get("refused") or {})
    lines += _sealed_lines(headline.get("sealed") or [])
    lines += _coverage_lines(manifest)
    ignored: Mapping[str, Sequence[str]] = manifest.get("ignored_columns") or {}
    if ignored:
        names = ", ".join(f"{table}.{name}" for table, extra in ignored.items() for name in extra)
        lines.append(("Ignored columns", Text(names)))
    lines += _unread_lines(manifest.get("not_read") or [])
    return [*lines, *_warning_lines(manifest)]


def _unread_lines(not_read: Sequence[Mapping[str, str]]) -> list[tuple[str, Text]]:
    """Files of the raw folder from which nothing came."""
    lines = [Text(f"{other['path']}: {other['why']}") for other in not_read[:_SHOWN_UNREAD]]
    more = len(not_read) - len(lines)
    if more:
        lines.append(Text(f"{more:,} more: see the quality page of the raw gate", "dim"))
    return [("Not read" if index == 0 else "", line) for index, line in enumerate(lines)]


def _refused_lines(refused: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """What was refused in money, and the largest rows with what to write instead."""
    if not refused:
        return []
    lines = []
    if refused["lines"]:
        share = f", {refused['share']:.1%} of published and refused".replace("%", " %")
        count = f"{refused['lines']:,} line{'' if refused['lines'] == 1 else 's'}"
        lines.append(Text(f"MRR {refused['mrr']:,.0f} in {count} that would be in force{share}"))
    if refused["outliers"]:
        named = "; ".join(refused["outliers"])
        lines.append(Text(f"apart, too large to be believed: {named}", "yellow"))
    lines += [Text(RefusedRow(**row).line, style="dim") for row in refused["largest"]]
    return [("Refused" if index == 0 else "", line) for index, line in enumerate(lines)]


def _sealed_lines(sealed: Sequence[Mapping[str, Any]]) -> list[tuple[str, Text]]:
    """How far months are sealed, and which would come out differently from today's raw data."""
    if not sealed:
        return []
    lines = [Text(f"{len(sealed):,} months, to {sealed[-1]['month']}")]
    differing = [row for row in sealed if row["reason"]]
    for row in differing[-_SHOWN_WARNINGS:]:
        then, now = (Decimal(str(row[f"{name}_closing_mrr"])) for name in ("sealed", "current"))
        because = _SEAL_REASONS.get(row["reason"], row["reason"])
        difference = f"stands at MRR {then:,.0f}; today it would be {now:,.0f}"
        lines.append(Text(f"{row['month']} {difference}: {because}", "yellow"))
    more = len(differing) - _SHOWN_WARNINGS
    if more > 0:
        lines.append(Text(f"{more:,} more months differ: see fct_sealed_months", "dim"))
    return [("Sealed" if index == 0 else "", line) for index, line in enumerate(lines)]


def _warning_lines(manifest: Mapping[str, Any]) -> list[tuple[str, Text]]:
    found = [
        f"{result['name'].split('.')[0]}: expected: {result['description']}; "
        f"found: {result['observed']}"
        for report in manifest.get("checks") or []
        for result in report["results"]
        if result["status"] == "warning"
    ]
    warned = (manifest.get("dbt") or {}).get("warned") or []
    found = [*(manifest.get("notices") or []), *found, *warned]
    total = count_warnings(manifest)
    lines = [Text(line, "yellow") for line in found[:_SHOWN_WARNINGS]]
    more = total - len(lines)
    if more > 0:
        lines.append(Text(f"{more:,} more: see the quality pages and logs/dbt.log", "dim"))
    return [("Warnings" if index == 0 else "", line) for index, line in enumerate(lines)]


def _coverage_lines(manifest: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """Tables that were not there, and how many marts are poorer for it."""
    missing = [table for table in manifest.get("coverage") or [] if table["state"] != "present"]
    if not missing:
        return []
    text = Text(", ".join(table["table"] for table in missing))
    poorer = sorted({mart for table in missing for mart in table["marts"]} - set(_BOOKKEEPING))
    if poorer:
        listed = ", ".join(poorer[:3]) + (f" and {len(poorer) - 3} more" if len(poorer) > 3 else "")
        text.append(f"  so some columns are empty in {listed}", style="dim")
    text.append("; `warehouse status --coverage` says what each would bring", style="dim")
    return [("Not in the input", text)]


def _print_places(manifest: Mapping[str, Any], home: Path, console: Console) -> None:
    """Where things are and how to open them; never wrapped, so that paths can be copied."""
    current = home / "published" / CURRENT
    marts = shown(current / MARTS_FILE)
    for label, path, hint in (
        ("Report", shown(current / FIRST_PAGE), "open it in a browser"),
        ("Marts", marts, "DuckDB 1.2 or newer, read-only"),
        (
            "Parquet",
            shown(current / PARQUET) + "/",
            "one file per mart, for any other tool; csv/ beside it",
        ),
        ("Workbook", shown(current / FINANCE), "sums and ratios as live formulas"),
        ("Quality", shown(current / QUALITY) + "/", "raw.html and marts.html, for a browser"),
        ("Monday", shown(current / MONDAY / TEAM), "whom to call first and why"),
    ):
        # Runs of earlier versions have no report, no workbook and no pack.
        place = {"Report": FIRST_PAGE, "Workbook": FINANCE, "Monday": f"{MONDAY}/{TEAM}"}
        if not (current / place.get(label, "")).exists():
            continue
        line = Text(f"{label:<{_LABEL_WIDTH}}", style="dim")
        line.append(path, style="bold")
        line.append(f"  {hint}", style="dim")
        console.print(line, soft_wrap=True, highlight=False)
    names = list(manifest.get("row_counts") or {})
    if names:
        mart = _EXAMPLE if _EXAMPLE in names else names[0]
        ask = f"duckdb.connect('{marts}', read_only=True).sql('from {mart}')"
        line = Text(f"{'In Python':<{_LABEL_WIDTH}}", style="dim")
        console.print(line.append(ask), soft_wrap=True, highlight=False)
    if (current / DEFINITIONS).exists():
        line = Text(f"{'Why this number':<{_LABEL_WIDTH}}", style="dim")
        where = "" if shown(home) == _HOME else f" --home {quote(shown(home))}"
        line.append(f"{_ASK}{where}", style="bold").append(_ASK_HINT)
        console.print(line, soft_wrap=True, highlight=False)


def count_warnings(manifest: Mapping[str, Any]) -> int:
    """Warnings of a run: its settings, both gates and dbt."""
    notices = len(manifest.get("notices") or [])
    gates = sum(report["warnings"] for report in manifest.get("checks") or [])
    return int(notices + gates + ((manifest.get("dbt") or {}).get("warnings") or 0))
