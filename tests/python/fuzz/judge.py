"""What became of corruptions that were built together."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from builds import PROJECT, Company
from engine import Engine, connect, failing, run
from expansion_warehouse.engine.database import take_away
from expansion_warehouse.gates.checks import Check
from expansion_warehouse.gates.raw_suite import measure_raw, raw_checks
from fuzz.company import AS_OF, Tables, contract, write_company
from fuzz.corruptions import Corruption, corrupted
from fuzz.folders import Broken, breaks, is_named, refusal
from odd_rows import COMPARING
from outside import account_for

# What an account shows although only another was touched. Silence is certain from the company's
# first marketing event on, whoever reacted.
DEPENDING: Mapping[str, Sequence[str]] = {
    **COMPARING,
    "fct_customer_tiers": (
        *COMPARING["fct_customer_tiers"],
        *("is_potential_by_interest", "upper_plan_page_views"),
    ),
}

# Stands for accounts whose id holds no number: the company's own all do.
MADE_UP = 0


class Outcome(StrEnum):
    """What a person who wrote the corruption would see."""

    EQUAL = "published, nothing changed"
    NAMED = "published, named"
    CHANGED = "published as it is written"
    REFUSED = "refused by name"
    STOPPED = "stopped by a check"
    TRACEBACK = "traceback"
    SILENT = "silent loss"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one corruption, and what was seen."""

    corruption: Corruption | Broken
    outcome: Outcome
    seen: str = ""


class Stopped(Exception):
    """A build that would publish nothing; `model` is where it ended, if it was a model."""

    def __init__(self, outcome: Outcome, seen: str, model: str = "") -> None:
        super().__init__(seen)
        self.outcome, self.seen, self.model = outcome, seen, model


class Workshop:
    """Builds companies beside the clean one and says what differs."""

    def __init__(self, engine: Engine, folder: Path, tables: Tables) -> None:
        self.engine, self.folder, self.tables = engine, folder, tables
        self.clean = Company(folder / "clean" / "raw", folder / "clean" / "home")
        self.odd = Company(folder / "odd" / "raw", folder / "odd" / "home")
        if not (folder / "clean" / "done").exists():
            self._build(self.clean, tables)
            (folder / "clean" / "done").touch()

    def judge(self, corruptions: Sequence[Corruption]) -> list[Verdict]:
        """The verdict on each; whoever stops a build is found, and the others are built again."""
        try:
            self._empty()
            self._build(self.odd, corrupted(self.tables, corruptions))
        except Stopped as stopped:
            guilty = self._guilty(list(corruptions), stopped)
            others = [one for one in corruptions if one not in guilty]
            verdicts = [Verdict(one, stopped.outcome, stopped.seen) for one in guilty]
            return verdicts + (self.judge(others) if others else [])
        return self._verdicts(corruptions)

    def judge_folders(self, broken: Sequence[Broken]) -> list[Verdict]:
        """The verdict on what is wrong with files and settings; what goes on is built together."""
        verdicts, going_on = [], []
        for one in broken:
            write_company(self.tables, self._empty())
            breaks(self.odd.raw, one)
            try:
                said = refusal(self.odd.raw)
            except Exception as error:  # what no line explains is what this looks for
                verdicts.append(Verdict(one, Outcome.TRACEBACK, first_lines(error)))
                continue
            if said is None:
                going_on.append(one)
            elif is_named(one, said):
                verdicts.append(Verdict(one, Outcome.REFUSED, said[:200]))
            else:
                verdicts.append(Verdict(one, Outcome.TRACEBACK, f"names nothing: {said[:200]}"))
        while going_on:
            files = {one.file: one for one in going_on}
            going_on = [one for one in going_on if one is not files[one.file]]
            verdicts += self._build_folders(list(files.values()))
        return verdicts

    def _build_folders(self, broken: list[Broken]) -> list[Verdict]:
        """What is published of files that are broken each in its way."""
        raw = self._empty()
        write_company(self.tables, raw)
        for one in broken:
            breaks(raw, one)
        try:
            self._build_written(self.odd)
        except Stopped as stopped:
            if len(broken) == 1:
                # A file of which nearly nothing can be read is refused under the name of its table.
                table = Path(broken[0].file).stem
                refused = stopped.seen.startswith(f"raw gate: {table}: ")
                outcome = Outcome.REFUSED if refused else stopped.outcome
                return [Verdict(broken[0], outcome, stopped.seen)]
            middle = len(broken) // 2
            return self._build_folders(broken[:middle]) + self._build_folders(broken[middle:])
        lost = account_for(raw, self.odd.database, self.odd.database)
        if lost:
            return [Verdict(one, Outcome.SILENT, "; ".join(lost[:3])) for one in broken]
        return [Verdict(one, Outcome.CHANGED) for one in broken]

    def _empty(self) -> Path:
        shutil.rmtree(self.odd.raw, ignore_errors=True)
        return self.odd.raw

    def _guilty(self, corruptions: list[Corruption], stopped: Stopped) -> list[Corruption]:
        """One that alone stops a build; all of them where only several together do."""
        suspects = corruptions
        while len(suspects) > 1:
            middle = len(suspects) // 2
            for half in (suspects[:middle], suspects[middle:]):
                try:
                    self._build(self.odd, corrupted(self.tables, half), stopped.model)
                except Stopped:
                    suspects = half
                    break
            else:
                return suspects
        return suspects

    def _build(self, company: Company, tables: Tables, until: str = "") -> None:
        """Every model and every check of a build, stopping where it would; or a model alone."""
        write_company(tables, company.raw)
        self._build_written(company, until)

    def _build_written(self, company: Company, until: str = "") -> None:
        take_away(company.database)
        try:
            self.engine.read(company)
        except AssertionError as error:
            raise Stopped(Outcome.TRACEBACK, f"reading: {first_lines(error)}") from None
        compiled = self.engine.models(company)
        models = compiled.behind([until]) if until else compiled.models
        if not until:
            require_gate(company)
        with connect(company.database) as connection:
            for model in models:
                try:
                    run(connection, [model])
                except duckdb.Error as error:
                    seen = f"{model.name}: {first_lines(error)}"
                    raise Stopped(Outcome.TRACEBACK, seen, model.name) from None
            if until:
                return
            try:
                failed = failing(connection, self.engine.tests(company).tests)
            except duckdb.Error as error:
                raise Stopped(Outcome.TRACEBACK, f"test: {first_lines(error)}") from None
        if failed:
            raise Stopped(Outcome.STOPPED, ", ".join(failed[:3]))

    def _verdicts(self, corruptions: Sequence[Corruption]) -> list[Verdict]:
        touched = {one.account: one for one in corruptions}
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.clean.database}' as clean (read_only)")
            connection.execute(f"attach '{self.odd.database}' as odd (read_only)")
            named = told(connection)
            changed = self._changed(connection)
        lost: dict[int, list[str]] = {}
        for finding in account_for(self.odd.raw, self.odd.database, self.odd.database):
            numbers = {int(found) for found in re.findall(r"\b[A-Z]+-(\d+)", finding)}
            for number in (numbers & set(touched)) or {corruptions[0].account}:
                lost.setdefault(number, []).append(finding)
        renamed = {one.account for one in corruptions if one.column == "account_id"}
        for account in changed.keys() - touched.keys():
            # An id that no account of the company has is one that a corruption has made up.
            if account == MADE_UP and renamed:
                continue
            seen = f"untouched account {account} differs in {', '.join(changed[account])}"
            lost.setdefault(corruptions[0].account, []).append(seen)
        verdicts = []
        for one in corruptions:
            if one.account in lost:
                verdicts.append(Verdict(one, Outcome.SILENT, "; ".join(lost[one.account][:3])))
            elif one.account in named:
                verdicts.append(Verdict(one, Outcome.NAMED, "; ".join(named[one.account])))
            elif one.account in changed:
                verdicts.append(Verdict(one, Outcome.CHANGED, ", ".join(changed[one.account])))
            else:
                verdicts.append(Verdict(one, Outcome.EQUAL))
        return verdicts

    def _changed(self, connection: duckdb.DuckDBPyConnection) -> dict[int, list[str]]:
        """Which marts differ, by account, in columns that do not compare accounts."""
        changed: dict[int, list[str]] = {}
        for model in self.engine.models(self.clean).models:
            names = [name for name, _ in model.columns]
            is_mart = model.relation.startswith("main.") and not model.name.startswith("dq_")
            if not is_mart or "account_id" not in names:
                continue
            kept = [name for name in names if name not in DEPENDING.get(model.name, ())]
            listed = ", ".join(kept)
            sides = [f"select {listed} from {x}.{model.relation}" for x in ("clean", "odd")]
            rows = connection.execute(
                f"select distinct account_id from (({sides[0]} except all {sides[1]}) "
                f"union all ({sides[1]} except all {sides[0]}))"
            ).fetchall()
            for (account,) in rows:
                columns = differing(connection, model.relation, kept, account)
                place = f"{model.name}({', '.join(columns)})"
                changed.setdefault(number_in(account) or MADE_UP, []).append(place)
        return changed


def differing(connection: Any, relation: str, columns: Sequence[str], account: str) -> list[str]:
    """Columns of an account's rows that differ as bags of values; those that are easy to see."""
    found = []
    for name in columns:
        sides = [
            f"select {name} from {x}.{relation} where account_id = ?" for x in ("clean", "odd")
        ]
        sql = f"({sides[0]} except all {sides[1]}) union all ({sides[1]} except all {sides[0]})"
        if connection.execute(sql, [account] * 4).fetchone():
            found.append(name)
    return found


def require_gate(company: Company) -> None:
    """Stops where the raw gate would."""
    try:
        blocked = gate(company)
    except duckdb.Error as error:
        raise Stopped(Outcome.TRACEBACK, f"raw gate: {first_lines(error)}") from None
    if blocked:
        raise Stopped(Outcome.STOPPED, f"raw gate: {blocked[0]}")


def gate(company: Company) -> list[str]:
    """Errors of the raw gate, by the expectations that it can ask of a row."""
    tables = tuple(contract().values())
    profile = measure_raw(
        company.database,
        tables,
        "JPY",
        as_of_date=date.fromisoformat(AS_OF),
        seeds=PROJECT / "seeds",
    )
    checks = raw_checks(
        tables,
        profile,
        as_of_date=date.fromisoformat(AS_OF),
        baseline=None,
        reporting_currency="JPY",
    )
    found = [f"no rate: {unrated}" for unrated in profile.unrated]
    with connect(company.database) as connection:
        found += [
            f"{check.table}: {check.description}"
            for check in checks
            if is_broken(connection, check)
        ]
    return found


def is_broken(connection: Any, check: Check) -> bool:
    """Whether an error of the raw gate would stop the build: the same question in SQL."""
    if check.severity != "error":
        return False
    arguments = check.arguments
    where = f" where {check.where}" if check.where else ""
    rows = f"(select * from raw.{check.table}{where})"
    if check.expectation == "expect_table_row_count_to_be_between":
        count = connection.execute(f"select count(*) from {rows}").fetchone()[0]
        return bool(count < arguments["min_value"])
    column = arguments["column"]
    if check.expectation == "expect_column_proportion_of_non_null_values_to_be_between":
        return bool(connection.execute(f"select count({column}) = 0 from {rows}").fetchone()[0])
    good = {
        "expect_column_values_to_be_null": f"{column} is null",
        "expect_column_values_to_be_between": _between(column, arguments),
        "expect_column_values_to_be_in_set": (
            f"list_contains({arguments.get('value_set')}, {column})"
        ),
    }[check.expectation]
    counted = "" if "null" in check.expectation else f"where {column} is not null"
    share = connection.execute(f"select avg(({good})::int) from {rows} {counted}").fetchone()[0]
    return share is not None and bool(share < arguments["mostly"])


def _between(column: str, arguments: Mapping[str, Any]) -> str:
    sides = [
        f"{column} {sign} {arguments[name]!r}"
        for sign, name in ((">=", "min_value"), ("<=", "max_value"))
        if arguments.get(name) is not None
    ]
    return " and ".join(sides) or "true"


def told(connection: Any) -> dict[int, list[str]]:
    """What the marts of odd and refused rows say, by account."""
    named: dict[int, list[str]] = {}
    for table, reason, column, row_json in connection.execute(
        "select raw_table, reason, column_name, row_json from odd.main.dq_quarantine"
    ).fetchall():
        row = json.loads(row_json)
        numbers = {number_in(value) for name, value in row.items() if name.endswith("_id")}
        for number in numbers:
            named.setdefault(number or 0, []).append(f"{table}: {reason} ({column})")
    for table, key, account, reason, column in connection.execute(
        "select raw_table, raw_key, account_id, reason, column_name from odd.main.dq_oddities"
    ).fetchall():
        number = number_in(account) or number_in(key) or 0
        named.setdefault(number, []).append(f"{table}: {reason} ({column})")
    return named


def number_in(text: str | None) -> int | None:
    """The number of the account that an id belongs to."""
    found = re.match(r"[A-Za-z]+-(\d+)", text or "")
    return int(found[1]) if found else None


def first_lines(error: Exception) -> str:
    """What an error says, short."""
    return " ".join(str(error).split())[:400]
