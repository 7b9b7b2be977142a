"""What a mapping says, as the sources, selects and losses of a system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.importers.losses import worth
from expansion_warehouse.importers.mapping_words import SHIFTS, Column, Entry, Rows
from expansion_warehouse.importers.system import Layout, LeftOut, Source
from expansion_warehouse.raw.contract import RawColumn, RawTable

_NO_REASON = "the mapping leaves them out"
_LAYOUT = "mapping"


@dataclass(frozen=True)
class _View:
    """An entry and the source that its rows are read from."""

    name: str
    entry: Entry
    table: RawTable

    @property
    def relation(self) -> str:
        return f"source.{quoted(self.name)}"

    def value(self, name: str) -> str:
        """A column of the contract as an expression over the source."""
        return _value(self, name)


def compile_entries(
    entries: Sequence[Entry], not_used: Mapping[str, str], contract: Mapping[str, RawTable]
) -> dict[str, Any]:
    """Sources, selects, losses and layouts of the system that a mapping is."""
    views = _views(entries, contract)
    read = [_source(view, views, not_used) for view in views]
    left_out = [loss for view in views for loss in _rows_left_out(view)]
    left_out += [
        LeftOut(what=f"{view.name}.{header}", reason=why)
        for view in _first_of_files(views)
        for header, why in not_used.items()
    ]
    selects: dict[str, str] = {}
    for view in views:
        before = selects.get(view.entry.table)
        own = _select(view)
        selects[view.entry.table] = f"{before}\nunion all by name\n{own}" if before else own
    if "contract_lines" in selects and "plans" not in selects:
        selects["plans"] = _no_rows(contract["plans"])
    if not any(view.entry.record for view in views):
        return {"sources": tuple(read), "selects": selects, "left_out": tuple(left_out)}
    nameless: dict[str, Any] = {
        "files": [],
        "encoding": None,
        "delimiter": None,
        "sheet": None,
        "header_row": None,
    }
    layout = Layout(
        name=_LAYOUT,
        sources=tuple(source.model_copy(update={"becomes": None}) for source in read),
        selects={
            view.name: _filled(view, source) for view, source in zip(views, read, strict=True)
        },
    )
    return {
        "sources": tuple(source.model_copy(update=nameless) for source in read),
        "selects": selects,
        "left_out": tuple(left_out),
        "layouts": (layout,),
    }


def _views(entries: Sequence[Entry], contract: Mapping[str, RawTable]) -> list[_View]:
    """One source for each entry, named by its table; further ones of a table are numbered."""
    views: list[_View] = []
    for entry in entries:
        others = sum(view.entry.table == entry.table for view in views)
        name = f"{entry.table}_{others + 1}" if others else entry.table
        views.append(_View(name, entry, contract[entry.table]))
    return views


def _first_of_files(views: Sequence[_View]) -> list[_View]:
    """The first view of each set of files: what is said of their columns is said once."""
    first: dict[tuple[str, ...], _View] = {}
    for view in views:
        first.setdefault(tuple(view.entry.file), view)
    return list(first.values())


def _source(view: _View, views: Sequence[_View], not_used: Mapping[str, str]) -> Source:
    entry = view.entry
    mark = [entry.record.starts] if entry.record else []
    required = [header for header in entry.headers if header not in mark]
    # What another entry reads from the same files is known here too.
    others = [
        header
        for other in views
        if other.entry.file == entry.file
        for header in [
            *other.entry.headers,
            *([other.entry.record.starts] if other.entry.record else []),
        ]
    ]
    optional = [
        header for header in dict.fromkeys([*mark, *others, *not_used]) if header not in required
    ]
    key = next((c.name for c in view.table.columns if c.name in entry.columns), None)
    money = worth(entry.table, {name: view.value(name) for name in entry.columns})
    return Source(
        table=view.name,
        files=entry.file,
        optional=entry.optional,
        columns=required,
        optional_columns=optional,
        key=view.value(key) if key else None,
        amount=money,
        currency=view.value("currency") if money and "currency" in entry.columns else None,
        becomes=None if entry.distinct else entry.table,
        encoding=entry.encoding,
        delimiter=entry.delimiter,
        sheet=entry.sheet,
        header_row=entry.header_row,
    )


def _rows_left_out(view: _View) -> list[LeftOut]:
    """The rules by which rows are left out; a row is counted by the first one that it meets."""
    found: list[LeftOut] = []
    before: list[str] = []
    for condition, why in _conditions(view.entry):
        where = " and ".join([f"({condition})", *(f"not ({earlier})" for earlier in before)])
        found.append(LeftOut(what=view.name, where=where, reason=why))
        before.append(condition)
    return found


def _conditions(entry: Entry) -> list[tuple[str, str]]:
    """The conditions under which a row is left out, none of them ever unknown."""
    found = [(_leaves(rows), rows.reason or _told(rows)) for rows in entry.rows]
    if entry.record is not None:
        empty = " and ".join(f"{_cell(header)} is null" for header in entry.record.rows)
        found.insert(0, (empty, f"no row of the table ({', '.join(entry.record.rows)})"))
    return found


def _leaves(rows: Rows) -> str:
    sign, listed = ("not in", rows.only) if rows.only else ("in", rows.skip)
    values = ", ".join(literal(value.strip()) for value in listed)
    return f"coalesce({_cell(rows.header)}, '') {sign} ({values})"


def _told(rows: Rows) -> str:
    if rows.only:
        return f"{rows.header} is none of {', '.join(rows.only)}: {_NO_REASON}"
    return f"{rows.header} is {' or '.join(rows.skip)}: {_NO_REASON}"


def _select(view: _View) -> str:
    entry = view.entry
    listed = ",\n".join(f"    {view.value(name)} as {quoted(name)}" for name in entry.columns)
    where = [f"not ({condition})" for condition, _ in _conditions(entry)]
    where += [f"{view.value(name)} is not null" for name in entry.distinct]
    return f"select{' distinct' if entry.distinct else ''}\n{listed}\nfrom {view.relation}" + (
        f"\nwhere {' and '.join(where)}" if where else ""
    )


def _no_rows(table: RawTable) -> str:
    """A table that the warehouse asks for, and that a mapping of contracts need not fill."""
    listed = ", ".join(
        f"cast(null as varchar) as {quoted(column.name)}"
        for column in table.columns
        if column.required
    )
    return f"select {listed} where false"


def _filled(view: _View, source: Source) -> str:
    """The rows of a source in which a record's own values stand in all of its rows."""
    record = view.entry.record
    relation = f"export.{quoted(view.name)}"
    if record is None:
        return f"select * from {relation}"
    inside = {record.starts, *record.rows}
    listed = ", ".join(
        quoted(header) if header in inside else f"{_of_record(header)} as {quoted(header)}"
        for header in source.known_columns
    )
    begins = f"{_cell(record.starts)} is not null"
    # A file without the column that marks beginnings has one row for each record.
    return f"""select {listed}
from (
    select
        *,
        case
            when bool_or({begins}) over () then count(*) filter ({begins}) over (order by _place)
            else _place
        end as _record
    from (select *, row_number() over () as _place from {relation})
)"""


def _of_record(header: str) -> str:
    """What a record says once, in each of its rows."""
    return f"coalesce({_cell(header)}, max({_cell(header)}) over (partition by _record))"


def _cell(header: str) -> str:
    """A cell as text, without blanks around it; NULL where nothing is left."""
    return f"nullif(trim(cast({quoted(header)} as varchar)), '')"


def _value(view: _View, name: str) -> str:
    column = view.entry.columns[name]
    read = _read(column)
    # Equal texts give equal ones, and an address stays where it was.
    text = _translated(column, f"left(sha256(lower({read})), 16)" if column.hash else read)
    known = view.table.column(name)
    if known is not None:
        text = _typed(view, column, known, text)
    return f"coalesce({text}, {literal(column.default)})" if column.default is not None else text


def _read(column: Column) -> str:
    if column.value is not None:
        return literal(column.value)
    if column.header is not None:
        return _cell(column.header)
    # All parts or what there is of them, so that an empty part shows; nothing of nothing.
    cells = [_cell(header) for header in column.headers]
    joined = f" || {literal(column.join)} || ".join(f"coalesce({cell}, '')" for cell in cells)
    return f"case when coalesce({', '.join(cells)}) is not null then {joined} end"


def _translated(column: Column, text: str) -> str:
    if not column.codes:
        return text
    cases = " ".join(
        f"when {literal(code.strip())} then {literal(meaning)}"
        for code, meaning in column.codes.items()
    )
    other = (
        text
        if column.other is None
        else f"case when {text} is not null then {literal(column.other)} end"
    )
    return f"case {text} {cases} else {other} end"


def _typed(view: _View, column: Column, known: RawColumn, text: str) -> str:
    """A text as what its column holds, in plain spelling; as it came where it cannot be read."""
    if known.data_type == "date":
        return f"{SHIFTS[column.shift]}({text})" if column.shift else f"as_day({text})"
    if known.data_type == "timestamp":
        return f"as_moment({text})"
    if not known.is_number:
        return text
    number = _number(view, column, known, text)
    return number if column.per is None else f"divided({number}, {literal(column.per)})"


def _number(view: _View, column: Column, known: RawColumn, text: str) -> str:
    is_money = not known.is_bare and "currency" in view.entry.columns
    currency = view.value("currency") if is_money else "null"
    amount = f"as_amount({text}, {currency})"
    share = f"coalesce(plain_ratio({text}), {text})"
    if column.factor is not None:
        product = f"in_unit({text}, {currency}, {literal(column.factor)})"
        # A cell that has the sign itself says so for itself.
        is_share = f"regexp_full_match({text}, '.*[%％]')"
        return (
            f"case when {is_share} then {share} else {product} end" if column.is_share else product
        )
    return share if known.name.endswith("_rate") else amount
