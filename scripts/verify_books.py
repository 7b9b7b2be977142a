"""Check what a warehouse published: every hash, the seals, the log of closings, and the books.

    python verify_books.py FOLDER [--expect HASH] [--hashes]

FOLDER is a run, the folder `published` with several, or a whole home, whose seals are then read to
the last byte. The file stands alone: Python 3.11 and, for the books, DuckDB from 1.2 on. It shares
nothing with the warehouse; take it from where you trust it, never from whoever is checked.

Exit 0: all is as it was published; 1: there are differences; 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

STEPS = ("new", "expansion", "contraction", "churn", "reactivation", "fx", "merge", "prior_period")
MOVED = " + ".join(f"{step}_mrr" for step in STEPS)
FLOWS = ["opening_mrr", *(f"{step}_mrr" for step in STEPS), "closing_mrr"]
ENDS = ["opening_mrr", "closing_mrr", "kept_mrr"]


def sums(names: Iterable[str]) -> str:
    """Columns that are added up."""
    return ", ".join(f"sum({name}) as {name}" for name in names)


def differ(names: Iterable[str]) -> str:
    """Both sides of a join that may lack a row: one that is not there is one of zeros."""
    return " or ".join(f"coalesce(a.{name}, 0) <> coalesce(b.{name}, 0)" for name in names)


def follows(table: str, keys: str) -> str:
    """What opens a month is what closed the one before, in every row of either side."""
    return f"""
        select coalesce(a.opening_mrr, 0) <> coalesce(b.closing_mrr, 0), {keys}, month
        from (select {keys}, month, opening_mrr from {table}) as a
        full join (
            select {keys}, cast(month + interval 1 month as date) as month, closing_mrr
            from {table} where month < (select max(month) from dim_months)
        ) as b using ({keys}, month)"""


# Each yields a row for everything that is checked; its first column says whether it is wrong.
BOOKS = {
    "accounts: opening + movements = closing": f"""
        select opening_mrr + {MOVED} <> closing_mrr, account_id, month, basis
        from fct_mrr_movements""",
    "accounts: closing = opening of the next month": follows(
        "fct_mrr_movements", "account_id, basis"
    ),
    "accounts: drivers add up to what moved": """
        select coalesce(a.moved, 0) <> coalesce(b.moved, 0), account_id, month, basis
        from (
            select account_id, month, basis, closing_mrr - opening_mrr as moved
            from fct_mrr_movements
        ) as a full join (
            select account_id, month, basis, sum(amount) as moved from fct_mrr_drivers group by all
        ) as b using (account_id, month, basis)""",
    "accounts: products add up to closing": """
        select coalesce(a.mrr, 0) <> coalesce(b.mrr, 0), account_id, month, basis
        from (select account_id, month, basis, closing_mrr as mrr from fct_mrr_movements) as a
        full join (
            select account_id, month, basis, sum(mrr) as mrr from fct_mrr group by all
        ) as b using (account_id, month, basis)""",
    "bridge: accounts add up to the company": f"""
        select {differ(FLOWS)}, month, basis
        from (select month, basis, {sums(FLOWS)} from fct_mrr_movements group by all) as a
        full join (select * from kpi_mrr_bridge where segment_type = 'all') as b
            using (month, basis)""",
    "bridge: opening + movements + transfers = closing": f"""
        select opening_mrr + {MOVED} + segment_transfer_mrr <> closing_mrr,
            month, segment_type, segment, basis
        from kpi_mrr_bridge""",
    "bridge: closing = opening of the next month": follows(
        "kpi_mrr_bridge", "segment_type, segment, basis"
    ),
    "bridge: segments add up to the company": f"""
        select {differ([*FLOWS, "segment_transfer_mrr"])}, month, a.segment_type, basis
        from (
            select month, basis, segment_type, {sums([*FLOWS, "segment_transfer_mrr"])}
            from kpi_mrr_bridge where segment_type <> 'all' group by all
        ) as a left join (select * from kpi_mrr_bridge where segment_type = 'all') as b
            using (month, basis)""",
    "retention: accounts add up to the company": f"""
        select {differ([*ENDS, "opening_accounts"])}, month, retention_window, basis
        from (
            select month, retention_window, basis, {sums(ENDS)}, count(*) as opening_accounts
            from fct_account_retention group by all
        ) as a full join (select * from kpi_nrr where segment_type = 'all') as b
            using (month, retention_window, basis)""",
    "retention: NRR = closing / opening of the accounts": """
        select abs(b.nrr - a.closing / a.opening) > 1e-9, month, retention_window, basis
        from (
            select month, retention_window, basis, sum(opening_mrr)::double as opening,
                sum(closing_mrr)::double as closing
            from fct_account_retention group by all
        ) as a left join (select * from kpi_nrr where segment_type = 'all') as b
            using (month, retention_window, basis)""",
    "retention: NRR and GRR = numerator / denominator": """
        select case when opening_mrr > 0
            then abs(nrr - closing_mrr::double / opening_mrr::double) > 1e-9
                or abs(grr - kept_mrr::double / opening_mrr::double) > 1e-9
            else nrr is not null or grr is not null end,
            month, retention_window, segment_type, segment, basis
        from kpi_nrr""",
    "retention: segments add up to the company": f"""
        select {differ(ENDS)}, month, retention_window, a.segment_type, basis
        from (
            select month, retention_window, basis, segment_type, {sums(ENDS)}
            from kpi_nrr where segment_type <> 'all' group by all
        ) as a left join (select * from kpi_nrr where segment_type = 'all') as b
            using (month, retention_window, basis)""",
}
SEALED = """
    select strftime(month, '%Y-%m'), cast(b.closing_mrr as varchar), n.nrr,
        s.sealed_by, s.close_note, s.close_entry
    from fct_sealed_months as s
    left join (
        select month, closing_mrr from kpi_mrr_bridge
        where basis = 'as_reported' and segment_type = 'all'
    ) as b using (month)
    left join (
        select month, nrr from kpi_nrr where basis = 'as_reported' and segment_type = 'all'
            and retention_window = '12m'
    ) as n using (month)
    order by month"""


class Report:
    """Prints what was checked, and counts what differs."""

    def __init__(self) -> None:  # noqa: D107
        self.checked = self.differences = 0
        self.hashes: set[str] = set()

    def add(self, what: str, checked: int, wrong: list[str]) -> None:
        """A line, and below it the first of what differs, with nothing that steers a terminal."""
        print(f"  {what:<52}{checked:>10,} checked{len(wrong):>8,} differences")
        for text in wrong[:5]:
            print(f"      {ascii(text)[1:-1]}")
        self.checked += checked
        self.differences += len(wrong)

    def leave_out(self, what: str, why: str) -> None:
        """What these files cannot show."""
        print(f"  {what:<52}not checked: {why}")


def sha256(content: bytes) -> str:
    """A hash as text."""
    return hashlib.sha256(content).hexdigest()


def hash_of(file: Path) -> str | None:
    """The hash of a file, None where there is none."""
    if not file.is_file():
        return None
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def parsed(content: bytes) -> dict[str, Any]:
    """What JSON says; nothing where it says nothing usable."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read(file: Path) -> dict[str, Any]:
    """What a file says."""
    return parsed(file.read_bytes()) if file.is_file() else {}


def part(facts: dict[str, Any], name: str) -> dict[str, Any]:
    """What stands below a name."""
    return facts.get(name) or {}


def lines_of(file: Path) -> tuple[list[bytes], list[str]]:
    """Lines, and what is wrong with the end of the last one."""
    *lines, rest = (file.read_bytes() if file.is_file() else b"").split(b"\n")
    return lines, [f"the last line of {file.name} has no end"] if rest else []


def check_files(run: Path, facts: dict[str, Any], report: Report) -> list[str]:
    """Hashes: of run.json the one beside it, of the others those in run.json; files that differ."""
    own, beside = hash_of(run / "run.json") or "gone", run / "run.json.sha256"
    report.hashes.add(own)
    if beside.exists() or "closings" in facts or not facts:
        is_same = beside.is_file() and beside.read_bytes() == f"{own}  run.json\n".encode()
        report.add("run.json", 1, [] if is_same else ["run.json is not what was published"])
    else:
        report.leave_out("run.json", "an earlier version wrote no hash beside it")
    before = part(facts, "previous")
    there = hash_of(run.parent / str(before.get("run_id")) / "run.json")
    if there:
        wrong = [] if there == before["sha256"] else ["it is another one than this run followed"]
        report.add("run.json of the run before", 1, wrong)
    if "files" not in facts:
        report.leave_out("files of the run", "run.json names none")
        return []
    paths = [path for path in run.rglob("*") if path.is_symlink() or not path.is_dir()]
    found = {path.relative_to(run).as_posix() for path in paths}
    stated = part(facts, "files")
    wrong = sorted(found - set(stated) - {"run.json", "run.json.sha256"})
    wrong = [f"{name} was not published" for name in wrong]
    changed = [name for name in sorted(stated) if hash_of(run / name) != stated[name]["sha256"]]
    wrong += [f"{name} is {'changed' if name in found else 'gone'}" for name in changed]
    report.add("files of the run", len(stated), wrong)
    return changed


def read_log(file: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Entries of a log of closings, and what is wrong with their chain."""
    lines, wrong = lines_of(file)
    entries: list[dict[str, Any]] = []
    before = None
    for number, line in enumerate(lines, start=1):
        body, _, own = line.rpartition(b', "hash": "')
        entry = parsed(line) if own == f'{sha256(body)}"}}'.encode() else {}
        if not entry:
            wrong.append(f"entry {number} is not what was written")
        elif entry["number"] != number or entry["before"] != before:
            wrong.append(f"entry {number} does not follow the one before it")
        before = entry.get("hash")
        entries.append(entry)
    return entries, wrong


def check_closed(
    closed: Path, facts: dict[str, Any], report: Report, is_whole: bool
) -> list[dict[str, Any]]:
    """The log's chain and the seals that it names, against what a run says; the log's entries."""
    entries, wrong = read_log(closed / "log.jsonl")
    report.hashes |= {str(entry.get("hash")) for entry in entries}
    head = part(facts, "closings")
    place = head.get("entries", 0)
    there = entries[place - 1] if 0 < place <= len(entries) else {}
    # The log of a home may have grown since; the copy in a run ends where run.json says.
    if there.get("hash") != head.get("sha256") or (not is_whole and place != len(entries)):
        wrong.append(f"it has {len(entries)} entries, and others know it as {head}")
    named: dict[str, dict[str, Any]] = {}
    for entry in filter(None, entries):
        if entry["what"] == "reopen":
            was = named.pop(entry["month"], {})
            named[f"reopened/{entry['month']}.{entry['number']}"] = was
            if was.get("seal") != entry["seal"]:
                wrong.append(f"entry {entry['number']} reopens a seal that was not in force")
        else:
            named[entry["month"]] = entry
    report.add("log of closings", len(entries), wrong)
    check_seals(closed, named, facts, report, is_whole)
    return entries


def check_seals(
    closed: Path, named: dict[str, Any], facts: dict[str, Any], report: Report, is_whole: bool
) -> None:
    """Every seal is the one of its entry, of the seal after it, and of the run that used it."""
    found = {path.parent.relative_to(closed).as_posix() for path in closed.rglob("seal.json")}
    wrong, files = [], 0
    for name in sorted(found | set(named)):
        folder, entry = closed / name, named.get(name, {})
        seal = read(folder / "seal.json")
        said, before = part(seal, "closing"), part(seal, "previous")
        if named and hash_of(folder / "seal.json") != entry.get("seal"):
            wrong.append(f"the seal of {name} is not one that the log names")
        if any(said[key] != entry.get(key) for key in ("at", "by", "login", "note") if said):
            wrong.append(f"the seal of {name} and its entry say different things")
        there = hash_of(closed / str(before.get("month")) / "seal.json")
        if before and "/" not in name and there != before["digest"]:
            wrong.append(f"the seal of {name} was made after another one before it")
        for file, its in part(seal, "files").items() if is_whole else ():
            files += 1
            if hash_of(folder / file) != its["sha256"]:
                wrong.append(f"{name}/{file} is not what was sealed")
    for month, its in part(facts, "seals").items():
        if its["digest"] != named.get(month, {}).get("seal"):
            wrong.append(f"the run used another seal of {month}")
    report.add("seals, their chain, their files", len(found) + files, wrong)


def check_home(home: Path, report: Report) -> None:
    """Seals to the last byte, and the log of the home, which has each entry of the other one."""
    latest = read(home / "published" / "latest.json")
    entries = check_closed(home / "closed", latest, report, is_whole=True)
    lines, wrong = lines_of(home / "history.jsonl")
    before, told = None, []
    for number, line in enumerate(lines, start=1):
        event = parsed(line)
        if not event or event["before"] != before:
            wrong.append(f"line {number} does not follow the one before it")
        before = sha256(line)
        told += [event["entry"]] if "entry" in event else []
    head = part(latest, "history")
    if head and (head["lines"] > len(lines) or sha256(lines[head["lines"] - 1]) != head["sha256"]):
        wrong.append("it is not the log that latest.json knows")
    if told != entries:
        wrong.append("it has other entries than closed/log.jsonl")
    if latest and hash_of(home / "published" / latest["path"] / "run.json") != latest["run_json"]:
        wrong.append("the run of latest.json is another one, or gone")
    report.add("history.jsonl and latest.json", len(lines), wrong)


def check_books(run: Path, facts: dict[str, Any], changed: list[str], report: Report) -> None:
    """The books add up, tables are as their Parquet files, sealed months as they were sealed."""
    import duckdb  # noqa: PLC0415

    place, con = str(run).replace("'", "''"), duckdb.connect()
    try:
        con.execute(f"attach '{place}/marts.duckdb' as run (read_only)")
        con.execute("use run")
        for what, query in BOOKS.items():
            try:
                con.execute(f"create or replace temp table found as from ({query}) as q(is_wrong)")
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                report.leave_out(what, str(error).splitlines()[0])
                continue
            rows = con.execute("from found where is_wrong is distinct from false").fetchall()
            count = con.execute("select count(*) from found").fetchall()[0][0]
            report.add(what, count, [" ".join(map(str, row[1:])) for row in rows])
        wrong = []
        counts = part(facts, "row_counts")
        whole = [mart for mart in counts if f"parquet/{mart}.parquet" not in changed]
        for mart in whole:
            tell = "select count(*), sum(hash(t)::hugeint) from {} as t".format
            table = con.execute(tell(f'run."{mart}"')).fetchall()
            file = con.execute(tell(f"read_parquet('{place}/parquet/{mart}.parquet')")).fetchall()
            wrong += [] if table == file and table[0][0] == counts[mart] else [mart]
        report.add("marts: table = Parquet file", len(whole), wrong)
        if (run / "closed").is_dir():
            check_sealed(run / "closed", con.execute(SEALED).fetchall(), report)
    except duckdb.Error as error:
        raise OSError(f"{run.name}: {error}") from error


def check_sealed(closed: Path, published: list[Any], report: Report) -> None:
    """What is published of a sealed month, and of who sealed it, is what its seal says."""
    wrong = []
    for month, *shown in published:
        seal = read(closed / month / "seal.json")
        said = [part(seal, "closing").get(key) for key in ("by", "note", "entry")]
        if shown != [seal.get("closing_mrr"), seal.get("nrr_12m"), *said]:
            wrong.append(f"{month} is published as {shown}")
    report.add("sealed months: published as sealed", len(published), wrong)


def guarded(report: Report, check: Callable[..., Any], *given: Any) -> Any:
    """Files that say what none of a warehouse says are a difference, not a failure."""
    try:
        return check(*given)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        report.add("what the files say", 1, [f"it cannot be understood: {error!r}"])


def check_run(run: Path, report: Report, with_books: bool) -> None:
    """Hashes first: books are only read from the file that was published."""
    print(f"run {ascii(run.resolve().name)[1:-1]}")
    facts = read(run / "run.json")
    changed = guarded(report, check_files, run, facts, report)
    if (run / "closed").is_dir() or facts.get("closings"):
        guarded(report, check_closed, run / "closed", facts, report, False)
    elif facts.get("seals"):
        report.leave_out("seals", "the version that published the run copied none")
    if with_books and (changed is None or "marts.duckdb" in changed):
        report.leave_out("books", "marts.duckdb is not what was published")
    elif with_books:
        guarded(report, check_books, run, facts, changed, report)


def is_run(folder: Path) -> bool:
    """A folder with what only a run has."""
    names = ("run.json", "run.json.sha256", "marts.duckdb")
    is_named = not folder.is_symlink() and not folder.name.startswith(".")
    return is_named and any((folder / name).is_file() for name in names)


def main(arguments: list[str] | None = None) -> int:
    """Check what is asked for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a run, a folder of runs, or a home")
    parser.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="HASH",
        help="of an entry or a run.json, as somebody wrote it down: it must be among those found",
    )
    parser.add_argument("--hashes", action="store_true", help="without the books and DuckDB")
    asked = parser.parse_args(arguments)
    home = asked.folder if (asked.folder / "published").is_dir() else None
    folder = home / "published" if home else asked.folder.resolve()
    runs = [folder] if is_run(folder) else sorted(filter(is_run, folder.glob("*")))
    report = Report()
    try:
        for run in runs:
            check_run(run, report, not asked.hashes)
        if home:
            print("home")
            guarded(report, check_home, home, report)
    except (ImportError, OSError) as error:
        print(f"could not be checked: {error}", file=sys.stderr)
        return 1 if report.differences else 2
    if not report.checked:
        print(f"nothing to check: {folder} is no run, no folder of runs, no home", file=sys.stderr)
        return 2
    if asked.expect:
        missing = [known for known in asked.expect if known not in report.hashes]
        report.add("hashes that were written down", len(asked.expect), missing)
    print(f"\n{report.checked:,} things checked, {report.differences:,} differences")
    return int(report.differences > 0)


if __name__ == "__main__":
    sys.exit(main())
