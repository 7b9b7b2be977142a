"""`warehouse import new`: the beginning of a system of one's own, from the files of an export.

It runs at once. Accounts are imported where something looks like their ids, else none until their
column is named; everything else is listed as left out, until somebody says what it is. For each
table of the contract that a file looks like, a draft stands beside the rest (`<table>.sql.draft`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.environment import find_places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.importers.files import FileOptions, find_files, open_files
from expansion_warehouse.importers.files.finding import unreadable
from expansion_warehouse.importers.files.formats import split_ending
from expansion_warehouse.importers.place import checked_name
from expansion_warehouse.importers.system import SYSTEM_FILE
from expansion_warehouse.importers.systems import MAPPED, known_systems
from expansion_warehouse.raw.contract import RawTable, read_contract

_UNDECIDED = "not decided yet: say what it becomes, or why it has no place"
# Words in the name of a file that speak for a table of the contract, the likeliest first.
_WORDS = {
    "accounts": ("account", "customer", "compan", "client", "organi", "顧客", "取引先", "会社"),
    "contract_lines": ("subscription", "contract", "line", "契約"),
    "products": ("product", "商品", "製品"),
    "plans": ("plan", "price", "プラン"),
    "invoices": ("invoice", "payment", "credit", "refund", "請求"),
    "users": ("user", "seat", "member"),
    "usage_events": ("event", "usage", "track", "利用"),
    "support_tickets": ("ticket", "case", "問い合わせ"),
    "contacts": ("contact", "person", "people", "名刺", "担当"),
    "proposals": ("deal", "opportunit", "quote", "proposal", "案件", "商談"),
}
_OWNERS = r"(account|customer|company|client|organi[sz]ation)"
_ID = (rf"{_OWNERS}[ _-]*id", r"id", rf"{_OWNERS}[ _-]*(number|no|code)", r"顧客(番号|id|コード)")
_DESCRIBED = {
    "account_name": (rf"{_OWNERS}?[ _-]*name", r"会社名|顧客名|取引先名"),
    "industry": (r"industry", r"業種"),
    "country": (r"(billing[ _-]*|address[ _-]*)?country([ _-]*code)?", r"国"),
    "created_on": (
        r"created([ _-]*(at|on|date))?|sign[ _-]*up[ _-]*(date|at)",
        r"作成日時?|登録日",
    ),
}


@dataclass(frozen=True)
class _Table:
    """A table of the export: its name in SQL, the name of its files, and its columns."""

    name: str
    file: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Begun:
    """What was written, and what could not be read."""

    folder: Path
    files: tuple[str, ...]
    has_accounts: bool
    not_read: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The result as `--json` prints it."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "has_accounts": self.has_accounts,
            "not_read": list(self.not_read),
        }


def begin_system(name: str, export: Path, importers: Path) -> Begun:
    """Write the folder of a new system. Raises BadInput where there is one, or nothing to read."""
    folder = importers / checked_name(name)
    if name in ("new", *known_systems(), *MAPPED):
        raise BadInput(f"a system called {name} comes along: choose another name")
    if folder.exists():
        raise BadInput(f"{shown(folder)} is there already: choose another name")
    if not export.exists():
        raise BadInput(f"source folder {shown(export)} does not exist")
    tables, not_read = _read(export)
    if not tables:
        raise BadInput(f"{shown(export)} holds no file that can be read")
    contract = {table.name: table for table in read_contract(find_places(None, None).project)}
    accounts = _accounts(tables)
    texts = {SYSTEM_FILE: _system_text(name, tables, accounts)}
    texts["accounts.sql"] = accounts.select if accounts is not None else _no_accounts(tables[0])
    for table, source in _likely(tables).items():
        if table != "accounts":
            texts[f"{table}.sql.draft"] = _draft(contract[table], source)
    folder.mkdir(parents=True)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return Begun(folder, tuple(texts), accounts is not None, tuple(not_read))


def _read(export: Path) -> tuple[list[_Table], list[str]]:
    """Every table of an export, by the names of its files."""
    tables: list[_Table] = []
    not_read: list[str] = []
    with tempfile.TemporaryDirectory() as place, import_connection(Path(place)) as con:
        for number, (stem, entry) in enumerate(_named_files(export)):
            try:
                paths = _files_of(export, entry)
                opened = open_files(con, f"export._{number}", paths, FileOptions(), Path(place))
            except BadInput as error:
                not_read.append(str(error))
                continue
            if opened.columns:
                name = re.sub(r"\W+", "_", stem.casefold()).strip("_") or f"table_{number}"
                taken = {table.name for table in tables}
                unique = f"{name}_{number}" if name in taken else name
                tables.append(_Table(unique, stem, opened.columns))
    return tables, not_read


def _named_files(export: Path) -> Iterator[tuple[str, Path]]:
    """The files and folders of an export, each with the name that its table gets."""
    if export.is_file():
        yield split_ending(export.name)[0], export
        return
    for entry in sorted(export.iterdir()):
        if entry.name[0] not in "._~":
            stem = split_ending(entry.name)[0]
            twins = [other for other in export.iterdir() if split_ending(other.name)[0] == stem]
            yield (stem if len(twins) == 1 else entry.name), entry


def _files_of(export: Path, entry: Path) -> tuple[Path, ...]:
    """The files of one table. Raises BadInput where there is none that can be read."""
    # With its ending, since two files may differ in nothing else.
    paths = (entry,) if entry == export else find_files(export, (entry.name,))
    if not paths:
        raise BadInput(
            unreadable(entry)
            if entry.is_file()
            else f"{shown(entry)} holds no file that can be read"
        )
    return paths


def _no_accounts(table: _Table) -> str:
    """Accounts without a row, until somebody says which column is their id."""
    return (
        "-- Nothing looks like the id of an account. Put its column in place of null, take out\n"
        f"-- `where false`. Columns of {table.name}: {', '.join(table.columns)}\n"
        "select distinct cast(null as varchar) as account_id,\n"
        f"from source.{quoted(table.name)}\n"
        "where false\n"
        "order by account_id\n"
    )


@dataclass(frozen=True)
class _Accounts:
    """The select of accounts, the table it reads and the columns that it uses."""

    table: str
    used: tuple[str, ...]
    select: str
    is_row_by_row: bool


def _accounts(tables: Sequence[_Table]) -> _Accounts | None:
    """Accounts from the table that is called like them, else from whatever names their ids."""
    likely = _likely(tables).get("accounts")
    if likely is not None:
        key = _column(likely.columns, (*_ID, r".*id", r".*(number|no|code|番号|コード)"))
        if key is not None:
            return _own_rows(likely, key)
    for table in tables:
        key = _column(table.columns, _ID[:1] + _ID[2:])
        if key is not None:
            select = (
                f"-- One row per account that {table.name} names; nothing else is known of them.\n"
                f"select distinct {quoted(key)} as account_id,\n"
                f"from source.{quoted(table.name)}\n"
                f"where {quoted(key)} is not null\n"
                "order by account_id\n"
            )
            return _Accounts(table.name, (key,), select, False)
    return None


def _own_rows(table: _Table, key: str) -> _Accounts:
    used = [key]
    lines = [f"    {quoted(key)} as account_id,"]
    for column, patterns in _DESCRIBED.items():
        found = _column([name for name in table.columns if name not in used], patterns)
        if found is not None:
            used.append(found)
            value = f"as_day({quoted(found)})" if column == "created_on" else quoted(found)
            lines.append(f"    {value} as {column},")
    select = "\n".join(
        [
            "-- One row per account; the columns are guessed from their names: are they right?",
            "select",
            *lines,
            f"from source.{quoted(table.name)}",
            "order by account_id",
            "",
        ]
    )
    return _Accounts(table.name, tuple(used), select, True)


def _column(columns: Iterable[str], patterns: Sequence[str]) -> str | None:
    """The first column that fits, by the first pattern that any fits."""
    for pattern in patterns:
        for column in columns:
            if re.fullmatch(pattern, column.strip().casefold()):
                return column
    return None


def _likely(tables: Sequence[_Table]) -> dict[str, _Table]:
    """For each table of the contract the table of the export that is called most like it."""
    found: dict[str, _Table] = {}
    for table, words in _WORDS.items():
        for word in words:
            named = [source for source in tables if word in source.name]
            if named:
                found[table] = min(named, key=lambda source: (len(source.name), source.name))
                break
    return found


def _system_text(name: str, tables: Sequence[_Table], accounts: _Accounts | None) -> str:
    sources = []
    left_out = []
    for table in tables:
        source: dict[str, Any] = {"table": table.name, "files": [table.file]}
        is_used = accounts is not None and accounts.table == table.name
        if accounts is not None and is_used:
            source["key"] = quoted(accounts.used[0])
            if accounts.is_row_by_row:
                source["becomes"] = "accounts"
            left_out += [
                {"what": f"{table.name}.{column}", "reason": _UNDECIDED}
                for column in table.columns
                if column not in accounts.used
            ]
        else:
            left_out.append({"what": table.name, "reason": _UNDECIDED})
        source["columns"] = list(table.columns)
        sources.append(source)
    content = {"title": f"{name}, a system of our own", "sources": sources, "left_out": left_out}
    head = (
        "# How this file works: docs/importing.md. What an export may lack gets `optional: true`,\n"
        "# and a column that it may lack moves to `optional_columns`.\n"
    )
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _draft(known: RawTable, source: _Table) -> str:
    """A select to be filled in; a table is imported once its file ends with .sql."""
    lines = [
        f"-- A draft of {known.name}. Name the columns, take out the lines that stay empty, call",
        f"-- the file {known.name}.sql. Its source then `becomes: {known.name}` in {SYSTEM_FILE},",
        "-- and is no longer left out.",
        f"-- Columns of {source.name}: {', '.join(source.columns)}",
        "select",
    ]
    ordered = sorted(known.columns, key=lambda column: not column.required)
    for column in ordered:
        same = _column(source.columns, (re.escape(column.name),))
        value = _translated(quoted(same) if same else "null", column.data_type)
        note = " -- needed" if column.required else ""
        values = f" ({', '.join(column.values)})" if column.values else ""
        lines.append(f"    {value} as {column.name},{note or ' --' * bool(values)}{values}")
    lines += [f"from source.{quoted(source.name)}", f"order by {known.columns[0].name}", ""]
    return "\n".join(lines)


def _translated(value: str, kind: str) -> str:
    if value == "null":
        return value
    if kind == "date":
        return f"as_day({value})"
    if kind == "timestamp":
        return f"as_moment({value})"
    return f"as_number({value})" if kind.startswith(("decimal", "integer")) else value
