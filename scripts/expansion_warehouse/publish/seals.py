"""Sealed months: what `warehouse close` keeps of a month, and whether somebody touched it since.

A seal is a folder `<home>/closed/<YYYY-MM>` with one Parquet file per table and `seal.json`. It is
never written again. Builds read it instead of computing the month's as-reported numbers.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from expansion_warehouse.engine.sql import literal, unpatterned
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.closings import (
    CLOSE,
    KEPT,
    LOG,
    REOPEN,
    SEAL,
    Closings,
    Said,
    enter,
    read_closings,
)
from expansion_warehouse.publish.history import (
    HISTORY,
    REOPENED,
    SEALED,
    History,
    file_digest,
    read_history,
)
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run, read_manifest, sync_folder
from expansion_warehouse.storage import FileMode, share

UNFINISHED = ".tmp-"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

# As-reported marts of which a seal keeps the month's rows.
SEALED_MARTS = (
    "fct_mrr",
    "fct_mrr_movements",
    "fct_mrr_drivers",
    "kpi_mrr_bridge",
    "kpi_nrr",
    "kpi_nrr_periods",
    "kpi_nrr_products",
    "fct_account_retention",
    "kpi_cohort_retention",
    "kpi_unit_economics",
    "kpi_upsell",
    "kpi_renewals",
)

# A close keeps the renewals that it has read, of months before it, and the periods whose last
# month it closes; of all else, its own month.
_KEPT_BY = {"kpi_renewals": "reading_month", "kpi_nrr_periods": "last_month"}

# Settings that give a sealed number its meaning: a build with others would mix two languages.
SETTINGS = ("reporting_currency", "business_timezone", "fiscal_year_start_month")

# What else later months need of a sealed one, and who sealed it. Placeholders: {month} (a date),
# {knowledge}, {sealed_on}, {by}, {note}, {entry}.
_TABLES: Mapping[str, str] = {
    "months": """
        select date '{month}' as month, date '{sealed_on}' as sealed_on, {by} as sealed_by,
            cast({note} as varchar) as close_note, {entry} as close_entry
    """,
    "line_balances": """
        select month, contract_line_id, account_id, product_id,
            cast(sum(mrr) as decimal(19, 3)) as mrr, max(owner_account_id) as owner_account_id,
            max(currency) as currency, cast(sum(quantity) as decimal(18, 6)) as quantity,
            cast(sum(gross_native) as decimal(19, 3)) as gross_native,
            cast(sum(mrr_native) as decimal(19, 3)) as mrr_native
        from built.intermediate.int_line_mrr
        where knowledge_id = '{knowledge}' and month = date '{month}'
        group by month, contract_line_id, account_id, product_id having sum(mrr) <> 0 order by all
    """,
    "cohort_lines": """
        select month, retention_window, contract_line_id, owner_account_id, opening_mrr, closing_mrr
        from built.intermediate.int_cohort_lines
        where basis = 'as_reported' and month = date '{month}' order by all
    """,
    "account_map": """
        select date '{month}' as month, account_id, paying_account_id
        from built.intermediate.int_published_account_map
        where knowledge_id = '{knowledge}' order by all
    """,
    "account_segments": """
        select month, account_id, segment_type, closing_segment
        from built.intermediate.int_published_segments
        where knowledge_id = '{knowledge}' and month = date '{month}' order by all
    """,
    "outlooks": """
        select month_made, months_ahead, scheduled_mrr, due_mrr, rate_renewed_mrr,
            rate_expiring_mrr, rate_terms, outlook_mrr
        from built.main.kpi_outlook_track where month_made = date '{month}' order by all
    """,
}

_FIGURES = """
select
    (select closing_mrr from {source}.kpi_mrr_bridge
        where basis = 'as_reported' and segment_type = 'all' and month = date '{month}'),
    (select nrr from {source}.kpi_nrr
        where basis = 'as_reported' and segment_type = 'all' and retention_window = '12m'
            and month = date '{month}')
"""


@dataclass(frozen=True)
class Seal:
    """One sealed month; `month` is `YYYY-MM`."""

    month: str
    path: Path
    facts: dict[str, Any]

    @property
    def digest(self) -> str:
        """One hash for the whole seal: of `seal.json`, which names the hash of every file."""
        return file_digest(self.path / SEAL)

    @property
    def closing_mrr(self) -> str | None:
        """As-reported closing MRR, as text."""
        value = self.facts.get("closing_mrr")
        return None if value is None else str(value)


def parse_month(text: str) -> str:
    """A month as `YYYY-MM`. Raises BadInput for anything else."""
    if not _MONTH.fullmatch(text):
        raise BadInput(f"{text!r} is not a month: write it as YYYY-MM, e.g. 2026-05")
    return text


def list_seals(closed: Path) -> list[Seal]:
    """All seals, oldest month first. Raises BadInput where one cannot be read."""
    if not closed.is_dir():
        return []
    folders = sorted(path for path in closed.iterdir() if _MONTH.fullmatch(path.name))
    return [_read_seal(path) for path in folders]


def _read_seal(path: Path) -> Seal:
    facts, wrong = read_manifest(path / SEAL)
    if wrong is None and not _is_complete(facts):
        wrong = "is damaged"
    if wrong:
        raise BadInput(
            f"the seal of {path.name} cannot be used: {shown(path / SEAL)} {wrong}; "
            "put the folder back from a backup"
        )
    return Seal(path.name, path, facts)


def _is_complete(facts: Mapping[str, Any]) -> bool:
    files = facts.get("files")
    return (
        isinstance(files, dict)
        and all(isinstance(entry, dict) and entry.get("sha256") for entry in files.values())
        and isinstance(facts.get("settings"), dict)
        and isinstance(facts.get("previous") or {}, dict)
    )


def verify_seals(
    seals: Sequence[Seal],
    baseline: Run | None,
    settings: Mapping[str, Any],
    history: History | None = None,
) -> None:
    """Make sure that every seal is what it was, before a build reads it.

    `history` is the home's log. Raises CheckFailed where a seal was changed, removed or exchanged
    since it was made or since the published run used it; BadInput where it means something else
    than this build would.
    """
    for seal in seals:
        _verify_files(seal)
        for name in SETTINGS:
            sealed, now = seal.facts["settings"].get(name), settings.get(name)
            if str(sealed) != str(now):
                raise BadInput(
                    f"{seal.month} is sealed with {name} {sealed}, this build has {now}: "
                    "use another home for it"
                )
    used = (baseline.manifest.get("seals") or {}) if baseline else {}
    reopened = history.reopened if history else frozenset()
    wrong = seals_not_used(seals, used, baseline.run_id if baseline else "", reopened)
    wrong += seals_not_recorded(seals, history.seals if history else {})
    if wrong:
        raise CheckFailed(wrong[0])


def seals_not_used(
    seals: Sequence[Seal], used: Mapping[str, Any], run_id: str, reopened: Set[str]
) -> list[str]:
    """What differs between the seals and those that a run was built with, but for the reopened."""
    present = {seal.month: seal for seal in seals}
    wrong = []
    for month, facts in sorted(used.items()):
        found = present.get(month)
        if facts.get("digest") in reopened:
            continue
        if found is None:
            wrong.append(
                f"the seal of {month} is gone: run {run_id} published "
                f"closing MRR {facts.get('closing_mrr')} from it; put {month} back under closed/"
            )
        elif found.digest != facts.get("digest"):
            wrong.append(
                f"the seal of {month} is another one than run {run_id} used: closing MRR "
                f"{facts.get('closing_mrr')} then, {found.closing_mrr} now; restore closed/{month}"
            )
    return wrong


def seals_not_recorded(seals: Sequence[Seal], recorded: Mapping[str, str]) -> list[str]:
    """What differs between the seals, their own chain, and the home's log."""
    present = {seal.month: seal for seal in seals}
    wrong = []
    for month, digest in sorted(recorded.items()):
        if month not in present:
            wrong.append(
                f"the seal of {month} is gone: {HISTORY} says that it was made; "
                f"put {month} back under closed/"
            )
        elif present[month].digest != digest:
            wrong.append(
                f"the seal of {month} is another one than {HISTORY} says was made: "
                f"restore closed/{month}"
            )
    for seal in seals:
        before = seal.facts.get("previous") or {}
        named = before.get("month")
        if named and (named not in present or present[named].digest != before.get("digest")):
            wrong.append(
                f"the seal of {seal.month} was made after another seal of {named} than the one "
                f"there: restore closed/{named}"
            )
    return wrong


def seals_not_kept(closed: Path, known: Closings) -> list[str]:
    """What is wrong with the seals that were taken out of force."""
    wrong = []
    for name, digest in sorted(known.reopened.items()):
        path = closed / KEPT / name
        if not (path / SEAL).is_file() or file_digest(path / SEAL) != digest:
            wrong.append(
                f"the reopened seal {name} is not the one that {LOG} names: "
                f"restore closed/{KEPT}/{name}"
            )
        else:
            wrong += files_not_sealed(replace(_read_seal(path), month=f"{KEPT}/{name}"))
    return wrong


def _verify_files(seal: Seal) -> None:
    wrong = files_not_sealed(seal)
    if wrong:
        raise CheckFailed(wrong[0])


def files_not_sealed(seal: Seal) -> list[str]:
    """What is not as seal.json says, file by file."""
    wrong = []
    tampered = f"the seal of {seal.month} was tampered with"
    for name, facts in sorted(seal.facts["files"].items()):
        file = seal.path / name
        if not file.is_file():
            wrong.append(f"{tampered}: {name} is gone; restore closed/{seal.month}")
        elif file_digest(file) != facts["sha256"]:
            wrong.append(
                f"{tampered}: {name} is not the sealed file{_both_values(seal)}; "
                f"restore closed/{seal.month}"
            )
    return wrong


def _both_values(seal: Seal) -> str:
    """The month's closing MRR as sealed and as the files say now."""
    with duckdb.connect() as con:
        try:
            file = literal(unpatterned(seal.path / "kpi_mrr_bridge.parquet"))
            found = con.execute(
                f"select closing_mrr from read_parquet({file}) where segment_type = 'all'"
            ).fetchone()
        except duckdb.Error:
            return " (unreadable)"
    now = found[0] if found else None
    return f" (closing MRR {seal.closing_mrr} as sealed, {now} in the files)"


def seal_facts(seals: Sequence[Seal]) -> dict[str, dict[str, Any]]:
    """What run.json says of the seals that a build read."""
    return {seal.month: {"digest": seal.digest, "closing_mrr": seal.closing_mrr} for seal in seals}


def write_seal(
    *,
    month: str,
    run: Run,
    database: Path,
    closed: Path,
    said: Said,
    mode: FileMode = FileMode.PRIVATE,
) -> Seal:
    """Seal one month of the published run, and enter it in the log of closings.

    `database` is the build database that the run was published from. Raises BadInput where it has
    been built anew since, so that what would be sealed is not what readers see.
    """
    history = closed.parent / HISTORY
    earlier = [seal for seal in list_seals(closed) if seal.month < month]
    entry = len(read_closings(closed).entries) + 1
    settings = {name: (run.manifest.get("vars") or {}).get(name) for name in SETTINGS}
    folder = closed / f"{UNFINISHED}{month}"
    with duckdb.connect() as con:
        con.execute(f"attach {literal(database)} as built (read_only)")
        con.execute(f"attach {literal(run.path / MARTS_FILE)} as published (read_only)")
        first = f"{month}-01"
        marts = _marts_of(con, "published")
        _require_same(con, marts, first, run)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        rows = {mart: _copy_mart(con, mart, first, folder) for mart in marts}
        timezone = ZoneInfo(settings["business_timezone"] or "UTC")
        words = {
            "month": first,
            "knowledge": month,
            "sealed_on": said.at.astimezone(timezone).date(),
            "by": literal(said.by),
            "note": "null" if said.note is None else literal(said.note),
            "entry": entry,
        }
        for table, query in _TABLES.items():
            rows[table] = _copy(con, query.format(**words), folder / table)
        figures = con.execute(_FIGURES.format(source="published.main", month=first)).fetchone() or (
            None,
            None,
        )
    facts = {
        "month": month,
        "sealed_from_run": run.run_id,
        "previous": {"month": earlier[-1].month, "digest": earlier[-1].digest} if earlier else None,
        "history": read_history(history).head,
        "closing": {"entry": entry, **said.as_dict()},
        "settings": settings,
        "closing_mrr": None if figures[0] is None else str(figures[0]),
        "nrr_12m": figures[1],
        "files": {
            f"{name}.parquet": {"rows": count, "sha256": file_digest(folder / f"{name}.parquet")}
            for name, count in sorted(rows.items())
        },
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    (folder / SEAL).write_text(text + "\n", encoding="utf-8")
    share(folder, mode, inside=True)
    for path in [*folder.iterdir(), folder]:
        sync_folder(path)
    # Before the folder has its name: a seal that the log does not know is one that nobody made.
    seal = file_digest(folder / SEAL)
    enter(
        closed,
        history,
        event={"event": SEALED, "month": month, "sha256": seal},
        what=CLOSE,
        month=month,
        said=said,
        run=run.run_id,
        seal=seal,
    )
    share(closed / LOG, mode)
    final = closed / month
    folder.rename(final)
    sync_folder(closed)
    return _read_seal(final)


def reopen_seal(seal: Seal, *, run: str | None, said: Said) -> Path:
    """Take a seal out of force and keep it; a build then computes its month anew.

    Returns where it is kept.
    """
    closed = seal.path.parent
    entry = enter(
        closed,
        closed.parent / HISTORY,
        event={"event": REOPENED, "month": seal.month, "sha256": seal.digest},
        what=REOPEN,
        month=seal.month,
        said=said,
        run=run,
        seal=seal.digest,
    )
    return set_aside(seal.path, int(entry["number"]))


def set_aside(path: Path, number: int) -> Path:
    """Move the folder of a seal to where those are kept that entry `number` and others reopened."""
    kept = path.parent / KEPT
    kept.mkdir(exist_ok=True)
    target = kept / f"{path.name}.{number}"
    path.rename(target)
    sync_folder(kept)
    sync_folder(path.parent)
    return target


def seal_to_reopen(seals: Sequence[Seal], month: str) -> Seal:
    """The seal of a month, which must be the newest: each month opens where the last one closed.

    Raises BadInput.
    """
    found = next((seal for seal in seals if seal.month == month), None)
    if found is None:
        known = f"{seals[0].month} to {seals[-1].month} are" if seals else "no month is"
        raise BadInput(f"{month} is not sealed, so nothing has to be reopened ({known})")
    if found != seals[-1]:
        raise BadInput(
            f"{seals[-1].month} is sealed and opens where {month} closed: "
            f"reopen {seals[-1].month} first"
        )
    return found


def kept_rows(mart: str, first: str) -> str:
    """The condition on the rows of a mart that the seal of a month keeps."""
    return f"basis = 'as_reported' and {_KEPT_BY.get(mart, 'month')} = date '{first}'"


def _marts_of(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The sealed marts that a database has: a run of an earlier version may lack the newest."""
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'main'",
        [source],
    ).fetchall()
    return [mart for mart in SEALED_MARTS if (mart,) in found]


def _require_same(
    con: duckdb.DuckDBPyConnection, marts: Sequence[str], first: str, run: Run
) -> None:
    if _marts_of(con, "built") != marts or any(_differs(con, mart, first) for mart in marts):
        raise BadInput(
            f"the last build is not the published run {run.run_id}: "
            "run `warehouse build` first, then close"
        )


def _differs(con: duckdb.DuckDBPyConnection, mart: str, first: str) -> bool:
    here, there = (
        f"select * from {source}.{mart} where {kept_rows(mart, first)}"
        for source in ("built.main", "published.main")
    )
    differing = con.execute(
        f"select count(*) from (({here} except {there}) union all ({there} except {here}))"
    ).fetchone()
    return bool(differing and differing[0])


def _copy_mart(con: duckdb.DuckDBPyConnection, mart: str, first: str, folder: Path) -> int:
    query = f"""
        select * from published.main.{mart} where {kept_rows(mart, first)} order by all
    """
    return _copy(con, query, folder / mart)


def _copy(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    file = literal(f"{target}.parquet")
    con.execute(f"copy ({query}) to {file} (format parquet, compression zstd)")
    written = literal(unpatterned(f"{target}.parquet"))
    row = con.execute(f"select count(*) from read_parquet({written})").fetchone()
    return int(row[0]) if row else 0


def months_to_seal(run: Run, month: str, sealed: Sequence[str]) -> list[str]:
    """The month asked for and every earlier closed month without a seal, oldest first.

    Raises BadInput where the published run does not know the month, or not as a closed one.
    """
    try:
        with duckdb.connect(str(run.path / MARTS_FILE), read_only=True) as con:
            rows = con.execute(
                "select strftime(month, '%Y-%m'), is_closed, month_end from dim_months "
                "order by month"
            ).fetchall()
    except duckdb.CatalogException:
        raise BadInput(
            f"run {run.run_id} has no dim_months: only a project with the finance marts is sealed"
        ) from None
    known: dict[str, tuple[bool, date]] = {name: (closed, end) for name, closed, end in rows}
    if month not in known:
        first, last = (rows[0][0], rows[-1][0]) if rows else ("none", "none")
        raise BadInput(
            f"{month} is not among the published months ({first} to {last}, "
            f"as of {run.manifest.get('as_of_date')})"
        )
    if not known[month][0]:
        raise BadInput(
            f"{month} is not closed yet as of {run.manifest.get('as_of_date')}: "
            "close it once its close day has come"
        )
    return [name for name in known if name <= month and name not in sealed]
