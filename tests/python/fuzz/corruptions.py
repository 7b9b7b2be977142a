"""One thing that is wrong with one row of one account, drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from expansion_warehouse.raw.contract import RawColumn
from fuzz.company import Row, Tables, contract

DAYS = (
    *("9999-12-31", "0001-01-01", "1899-12-30", "1900-01-01", "1970-01-01", "2199-12-31"),
    *("2200-01-01", "2200-01-02", "3000-01-01", "9999-12-30", "10000-01-01", "294247-01-10"),
    *("5874897-12-31", "0044-03-15 (BC)", "290309-12-22 (BC)", "-4713-11-24", "0000-00-00"),
    *("infinity", "-infinity", "epoch", "today", "now", "NULL", "NaT", "never", "", " "),
    *("2025-02-30", "2025-13-01", "2025-00-10", "20250301", "31/12/2024", "3.1.2025", "45000"),
    *("2025-03-01T00:00:00+99:00", "2025-03-01T12:00:00-99:99", "2025-03-01 24:00:00"),
    *("2025-03-01T23:59:60Z", "2025-03-01T00:00:00.123456789Z", "2025-03-01 10:00 Mars/Base"),
    *("2025-03-01T00:00:00+0900", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59+14:00", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z"),
    *("\uff12\uff10\uff12\uff15-03-01", "2024-03-01", "2025-06-30", "2025-07-01", "2026-06-30"),
)
NUMBERS = (
    *("0", "-0", "-1", "1", "5e9", "-5e9", "1e12", "1000000000001", "1e15", "-1e15", "1e16"),
    *("9999999999999999", "999999999999999.999999", "1e21", "1e22", "1e30", "1e400", "1e-400"),
    *("0.0000000000001", "0.333333333333333333", "1e-6", "-0.000001", "99999999999999999999999"),
    *("NaN", "nan", "Infinity", "-inf", "0x10", "1_000", "0.1.2", "1.000,50", "1,000", "(5)"),
    *("$5", "\u00a55", "5 JPY", "5%", "abc", "", " ", "\u0663", "2147483647", "2147483648"),
    *("-2147483648", "9223372036854775807", "9223372036854775808", "1.5", "12.0", "121", "1e3"),
)
FLAGS = ("yes", "no", "1", "0", "2", "perhaps", "", "TRUE", "f", "ja", "-1", "None")
WORDS = (
    *(
        "",
        " ",
        "NOPE",
        "BOGUS",
        "x" * 5_000,
        "\x1b[31mred\x1b[0m",
        "\u202eevil",
        "'; drop table x--",
    ),
    *("=1+1", "%", "_", "\\", '"', "line\nbreak", "a|b", "\U0001f4a5", "\u200b", "None", "null"),
    *(
        "\uff21\uff0d\uff11",
        "\u00e9",
        "e\u0301",
        "\x00",
        "\x85",
        "a,b",
        "{}",
        "$$",
        "-- x",
        "\ufeff",
    ),
)
# Columns that name another thing, and what it may be of the account's own.
LINKS = {
    "parent_account_id": ("A",),
    "merged_into_account_id": ("A",),
    "end_customer_account_id": ("A",),
    "replaces_line_id": ("L-1", "L-2", "L-3", "L-4", "L-5", "L-6", "L-7"),
    "parent_line_id": ("L-1", "L-2", "L-3", "L-4", "L-5", "L-6", "L-7"),
    "contract_line_id": ("L-1", "L-4"),
    "contract_id": ("C",),
    "settles_invoice_id": ("I-1", "I-2"),
    "product_id": ("P",),
    "plan_id": ("FREE", "STD", "BIZ"),
    "experiment_id": ("X",),
    "parent_product_id": ("P",),
    "requires_product_id": ("P",),
    "successor_product_id": ("P",),
}


@dataclass(frozen=True)
class Corruption:
    """What is done to one row of an account: `column` and `value`, or to the whole row."""

    kind: str
    account: int
    table: str
    place: int
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """In one line, whatever the value holds."""
        what = f"{self.column}={self.value[:60]!r}" if self.column else ""
        return f"{self.kind} {self.table}[{self.place}] of account {self.account} {what}".rstrip()


def account_of(row: Row) -> int:
    """Whose world a row belongs to."""
    for name, value in row.items():
        if name.endswith("_id") and "-" in value:
            return int(value.split("-")[1])
    return 0


def places_of(tables: Mapping[str, Sequence[Row]]) -> dict[int, list[tuple[str, int]]]:
    """The rows of each account's world."""
    places: dict[int, list[tuple[str, int]]] = {}
    for table, rows in tables.items():
        for place, row in enumerate(rows):
            number = account_of(row) or _of_currency(tables, row)
            places.setdefault(number, []).append((table, place))
    return places


def _of_currency(tables: Mapping[str, Sequence[Row]], row: Row) -> int:
    line = next(found for found in tables["contract_lines"] if found["currency"] == row["currency"])
    return account_of(line)


def draw(random_: random.Random, tables: Tables, account: int) -> Corruption:
    """A corruption of an account: of every table alike, whatever rows it has."""
    places = places_of(tables)[account]
    table = random_.choice(sorted({table for table, _ in places}))
    place = random_.choice([place for found, place in places if found == table])
    if random_.random() < 0.15:
        kind = random_.choice(sorted(_ROWS))
        columns = sorted(name for name, value in tables[table][place].items() if value)
        column = "|".join(random_.sample(columns, 2)) if kind == "swap" else ""
        return Corruption(kind, account, table, place, column)
    told = random_.choice(contract()[table].columns)
    value = random_.choice(list(values_of(told, account)))
    return Corruption("value", account, table, place, told.name, value)


def values_of(column: RawColumn, account: int) -> Iterator[str]:
    """What may be written into a column."""
    if column.data_type in ("date", "timestamp"):
        yield from DAYS
    elif column.data_type == "boolean":
        yield from FLAGS
    elif column.data_type == "integer" or column.data_type.startswith("decimal"):
        yield from NUMBERS
    elif column.name in LINKS:
        for thing in LINKS[column.name]:
            kind, _, number = thing.partition("-")
            yield f"{kind}-{account}{'-' + number if number else ''}"
            yield f"{kind.lower()}-{account}{'-' + number if number else ''}"
        yield from ("NOPE", "NOPE", " ", "", "\u200b")
    elif column.values:
        yield from column.values
        yield from ("BOGUS", "", " ", column.values[0].upper(), f" {column.values[0]} ", "\u200b")
    elif "currency" in column.name:
        yield from ("JPY", "jpy", "XYZ", "XXX", "BTC", "", "Yen", "\u00a5", "EU R", "XAU", "USDT")
    else:
        yield from WORDS


def corrupted(tables: Tables, corruptions: Sequence[Corruption]) -> Tables:
    """The tables with every corruption in them."""
    found = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for one in corruptions:
        rows = found[one.table]
        if one.kind == "value":
            rows[one.place][one.column] = one.value
        else:
            _ROWS[one.kind](rows, one)
    return {name: [row for row in rows if row] for name, rows in found.items()}


def _drop(rows: list[Row], one: Corruption) -> None:
    rows[one.place] = {}


def _double(rows: list[Row], one: Corruption) -> None:
    rows.append(dict(rows[one.place]))


def _contradict(rows: list[Row], one: Corruption) -> None:
    """The row once more, with another number or text in its last column that is no key."""
    row = dict(rows[one.place])
    names = [name for name, value in row.items() if value and not name.endswith("_id")]
    name = next((x for x in names if row[x].lstrip("-").isdigit()), names[-1])
    row[name] = f"{row[name]}1"
    rows.append(row)


def _swap(rows: list[Row], one: Corruption) -> None:
    first, second = one.column.split("|")
    row = rows[one.place]
    row[first], row[second] = row[second], row[first]


def _empty(rows: list[Row], one: Corruption) -> None:
    rows[one.place] = dict.fromkeys(rows[one.place], "")


_ROWS: dict[str, Callable[[list[Row], Corruption], None]] = {
    "drop": _drop,
    "double": _double,
    "contradict": _contradict,
    "swap": _swap,
    "empty": _empty,
}
