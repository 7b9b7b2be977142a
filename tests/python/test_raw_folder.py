"""The raw folder as a place: every file is read, named, or refused by name; and read once."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT
from expansion_warehouse.environment import find_places
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.raw.folder import (
    RawFolder,
    hash_inputs,
    inspect_raw_folder,
    require_unchanged,
)
from test_raw_reading import read, register, write_folder
from tiny_project import RAW, write_raw

CONTRACT = read_contract(PROJECT)
LINES = RAW["contract_lines"]
COSTS = "cost_id,kind,amount,currency,incurred_on\nK1,cogs,1,JPY,2025-01-01\n"

Change = Callable[[Path], object]


def inspected(raw: Path, *changes: Change) -> RawFolder:
    """The smallest raw folder after the changes."""
    write_raw(raw, {**RAW, "costs": COSTS})
    for change in changes:
        change(raw)
    return inspect_raw_folder(raw, CONTRACT)


def renamed(old: str, new: str) -> Change:
    return lambda raw: (raw / old).rename(raw / new)


def written(name: str, content: bytes = b"x") -> Change:
    def change(raw: Path) -> None:
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(content)

    return change


def linked(name: str, target: str) -> Change:
    return lambda raw: (raw / name).symlink_to(target)


def removed(name: str) -> Change:
    return lambda raw: (raw / name).unlink()


def as_folder(raw: Path) -> None:
    """The contract lines as a folder of one Parquet file."""
    (raw / "contract_lines").mkdir()
    lines = raw / "contract_lines.csv"
    header, *rows = csv.reader(lines.read_text("utf-8").splitlines())
    file = f"{raw}/contract_lines/a.parquet".replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"create table rows ({', '.join(f'{name} varchar' for name in header)})")
        connection.executemany(f"insert into rows values ({', '.join('?' * len(header))})", rows)
        connection.execute(f"copy rows to '{file}' (format parquet)")
    lines.unlink()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([renamed("costs.csv", "Costs.CSV")], "Costs.CSV is almost table costs and would not be"),
        ([renamed("costs.csv", "costs.CSV")], "rename it to costs.csv"),
        ([renamed("costs.csv", "costs .csv")], "rename it to costs.csv"),
        ([renamed("costs.csv", "ｃｏｓｔｓ.csv")], "rename it to costs.csv"),
        ([renamed("costs.csv", "co\u200bsts.csv")], "co\\u200bsts.csv is almost table costs"),
        ([renamed("costs.csv", "costs.csv.gz")], "a table is costs.parquet, costs.csv or a"),
        ([renamed("costs.csv", "costs.xlsx")], "costs.xlsx is almost table costs"),
        ([renamed("costs.csv", "costs")], "costs is almost table costs and would not be read"),
        ([renamed("contract_lines.csv", "contract-lines.csv")], "to contract_lines.csv"),
        ([written("Costs.csv")], "Costs.csv is almost table costs"),
        ([written("costs.parquet")], "table costs is there twice"),
        ([written("costs/a.parquet")], "table costs is there twice"),
        ([written("invoices.parquet/a.parquet")], "a folder of Parquet files is called invoices"),
        ([written("Invoices/a.parquet")], "a folder of Parquet files is called invoices"),
        ([written("settings.yaml")], "settings.yaml is not read: the settings are in settings.yml"),
        ([written("Settings.yml")], "Settings.yml is not read: the settings are in settings.yml"),
        ([linked("invoices.csv", "nowhere")], "invoices.csv is a link that leads nowhere"),
        ([lambda raw: os.mkfifo(raw / "invoices.csv")], "invoices.csv is no ordinary file"),
        ([as_folder, written("contract_lines/b.csv")], "/b.csv is no Parquet file of table contr"),
        ([as_folder, written("contract_lines/b.PARQUET")], "write its ending as .parquet"),
        ([as_folder, written("contract_lines/b.parquet.gz")], "b.parquet.gz is no Parquet file"),
        ([as_folder, written("contract_lines/.b.parquet")], "a hidden file is read by some"),
        ([as_folder, written("contract_lines/b.parquet", b"")], "b.parquet is empty"),
        ([as_folder, written("contract_lines/b.parquet")], "b.parquet cannot be read: "),
        ([as_folder, written("contract_lines/_delta_log/0.json")], "is a Delta table, which"),
        ([as_folder, written("contract_lines/_temporary/0")], "a write that was not finished"),
        ([as_folder, linked("contract_lines/more", "../..")], "more is a link to a folder inside"),
        ([as_folder, linked("contract_lines/b.parquet", "a.parquet")], "under another name"),
        ([as_folder, linked("contract_lines/b.parquet", "no")], "is a link that leads nowhere"),
        ([written("contract_lines/a.txt")], "a.txt is no Parquet file of table contract_lines"),
        ([as_folder, written("contract_lines.csv", LINES.encode())], "is there twice"),
    ],
)
def test_what_would_be_read_in_part_or_twice_is_refused_by_name(
    tmp_path: Path, changes: list[Change], expected: str
) -> None:
    with pytest.raises(BadInput) as caught:
        inspected(tmp_path, *changes)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_other_file_is_listed_with_why(tmp_path: Path) -> None:
    folder = inspected(
        tmp_path,
        as_folder,
        written(".DS_Store"),
        written("README.md"),
        written("costs.csv.bak"),
        written("costs.xlsx"),
        written("invoice.csv"),
        written("archive/costs.csv"),
        written("contract_lines/_SUCCESS", b""),
        written("contract_lines/.a.parquet.crc"),
        lambda raw: (raw / "usage_events").mkdir(),
        linked("old.csv", "nowhere"),
    )
    assert {other.path: other.why for other in folder.not_read} == {
        ".DS_Store": "a mark of the program that wrote here",
        "README.md": "no table of the contract",
        "archive/": "a folder of no table of the contract",
        "contract_lines/.a.parquet.crc": "a mark of the program that wrote here",
        "contract_lines/_SUCCESS": "a mark of the program that wrote here",
        "costs.csv.bak": "no file of table costs, by its ending",
        "costs.xlsx": "no file of table costs, by its ending",
        "invoice.csv": "no table of the contract; did you mean invoices?",
        "old.csv": "a link that leads nowhere",
        "usage_events/": "a folder without files",
    }


def test_links_to_files_and_to_a_whole_table_are_read(tmp_path: Path) -> None:
    raw, elsewhere = tmp_path / "raw", tmp_path / "elsewhere"
    write_raw(raw, RAW)
    as_folder(raw)
    elsewhere.mkdir()
    (raw / "accounts.csv").rename(elsewhere / "a.csv")
    (raw / "accounts.csv").symlink_to(elsewhere / "a.csv")
    (raw / "contract_lines").rename(elsewhere / "lines")
    (raw / "contract_lines").symlink_to(elsewhere / "lines")
    assert register(raw, tmp_path / "home", as_of_date="2025-06-30").success
    query = "select count(*), min(_source_file) from raw.{}"
    found = [
        read(tmp_path / "home", query.format(name))[0] for name in ("accounts", "contract_lines")
    ]
    assert found == [(3, "accounts.csv"), (3, "contract_lines/a.parquet")]


# ---- headers and lines ----


def header(old: str, new: str, encoding: str = "utf-8") -> Change:
    text = LINES.replace(old, new, 1 if old != "," else -1)
    return written("contract_lines.csv", text.encode(encoding))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (header("contract_id", "quantity"), "column quantity stands 2 times: keep one"),
        (header("contract_id", " QUANTITY "), "column quantity stands 2 times: keep one"),
        (header("contract_id", "ｑuantity\u200b"), "column quantity stands 2 times: keep one"),
        (header(",", ";"), "contract_lines.csv has semicolons between its columns: write commas"),
        (header(",", "\t"), "contract_lines.csv has tabs between its columns: write commas"),
        (header("", "", "utf-16"), "contract_lines.csv is UTF-16 or no text at all: write it as"),
        (header("", "", "utf-16-be"), "contract_lines.csv is UTF-16 or no text at all: write it"),
        (header("contract_id", "é", "latin-1"), "cannot be read: line 1 is not UTF-8 text"),
        (header("unit_price", "\x1b[31mprice"), "price is missing (found: \\x1b[31mpr"),
        (header("charge_type", "\x1b]0;x\x07\u202e"), "found: \\x1b]0;x\\x07\\u202e, "),
        (
            written("accounts.csv", b"account_id,account_name\nA1," + b"x" * 17_000_000 + b"\n"),
            "accounts.csv cannot be read: line 2 is longer than 16 MB",
        ),
    ],
)
def test_a_header_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, change: Change, expected: str
) -> None:
    with pytest.raises(BadInput) as caught:
        inspected(tmp_path, change)
    assert expected in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["ｑｕａｎｔｉｔｙ", "\ufeffquan\u200btity", "\u3000Quantity\u00a0"]
)
def test_a_column_is_read_however_it_is_written(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path / "raw", **{**RAW, "contract_lines": LINES.replace("quantity", name)})
    assert inspect_raw_folder(tmp_path / "raw", CONTRACT).unknown_columns == {}
    assert register(tmp_path / "raw", tmp_path / "home", as_of_date="2025-06-30").success
    query = "select cast(sum(quantity) as integer) from raw.contract_lines"
    assert read(tmp_path / "home", query) == [(4,)]


def test_files_of_a_table_that_spell_a_column_otherwise_are_named(tmp_path: Path) -> None:
    def more(raw: Path) -> None:
        rows = f"select * rename (quantity as ｑuantity) from '{raw}/contract_lines/a.parquet'"
        duckdb.execute(f"copy ({rows}) to '{raw}/contract_lines/b.parquet'")

    with pytest.raises(BadInput, match=r"b\.parquet: column quantity is spelled otherwise"):
        inspected(tmp_path, as_folder, more)


def test_a_text_of_three_megabytes_is_read(tmp_path: Path) -> None:
    accounts = f"account_id,account_name\nA1,{'x' * 3_000_000}\nA2,Beta\nA3,Gamma\n"
    write_raw(tmp_path / "raw", {**RAW, "accounts": accounts})
    inspect_raw_folder(tmp_path / "raw", CONTRACT)
    assert register(tmp_path / "raw", tmp_path / "home", as_of_date="2025-06-30").success
    found = read(tmp_path / "home", "select max(length(account_name)) from raw.accounts")
    assert found == [(3_000_000,)]


# ---- paths are values ----


@pytest.mark.parametrize(
    ("name", "sibling"),
    [
        ("ra*w", "raxw"),
        ("ra?w", "rayw"),
        ("ra[1]w", "ra1w"),
        ("ra'w", "raw"),
        ('ra"w {a,b}', "raw a"),
        ("-ra\\w %41", "raA"),
        ("account_id=x", "raw"),
        ("生の データ", "raw"),
    ],
)
def test_a_raw_folder_is_read_whatever_its_name_and_no_other(
    tmp_path: Path, name: str, sibling: str
) -> None:
    raw, home = tmp_path / name, tmp_path / f"home {name}".replace("?", "*").replace("\\", "/")
    write_raw(raw, RAW)
    as_folder(raw)
    other = RAW["accounts"].replace("A1", "B1")
    write_raw(tmp_path / sibling, {**RAW, "accounts": other})
    inspect_raw_folder(raw, CONTRACT)
    done = register(raw, home, as_of_date="2025-06-30")
    assert done.success, done.text
    query = "select account_id, _source_file from raw.accounts order by all limit 1"
    assert read(home, query) == [("A1", "accounts.csv")]
    assert read(home, "select max(account_id) from raw.contract_lines") == [("A3",)]


def test_a_folder_above_that_would_fill_a_column_is_named(tmp_path: Path) -> None:
    def parted(raw: Path) -> None:
        (raw / "contract_lines" / "day=1").mkdir()
        (raw / "contract_lines" / "a.parquet").rename(
            raw / "contract_lines" / "day=1" / "a.parquet"
        )

    with pytest.raises(BadInput, match="a folder account_id=… above the raw folder would fill"):
        inspected(tmp_path / "account_id=x" / "raw", as_folder, parted)


# ---- one reading ----


def same_size_and_time(file: Path, text: str) -> None:
    """Another content, as a restored backup has it: nothing but the change counter tells."""
    before = file.stat()
    assert len(text.encode()) == before.st_size
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_content_decides_even_where_size_and_time_are_the_same(tmp_path: Path) -> None:
    raw, cache = tmp_path / "raw", tmp_path / "hashes.json"
    first = hash_inputs(inspected(raw), cache)
    same_size_and_time(raw / "accounts.csv", RAW["accounts"].replace("Alpha", "Omega"))
    second = hash_inputs(inspect_raw_folder(raw, CONTRACT), cache)
    changed = [new.path for old, new in zip(first, second, strict=True) if old != new]
    assert changed == ["accounts.csv"]


def test_a_hash_is_kept_only_where_the_change_counter_proves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has just been written may change again within the same tick."""
    raw, cache = tmp_path / "raw", tmp_path / "hashes.json"
    folder = inspected(raw)
    hash_inputs(folder, cache)
    later = time.time_ns() + 10_000_000_000
    for is_later in (False, True):
        if is_later:
            monkeypatch.setattr(time, "time_ns", lambda: later)
        hash_inputs(folder, cache)
        kept = cache.read_text(encoding="utf-8")
        assert ('"is_proof": true' in kept, '"is_proof": false' in kept) == (is_later, not is_later)
    # Now it is kept: a wrong hash in it is believed.
    cache.write_text(kept.replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    assert all(file.sha256.startswith("0") for file in hash_inputs(folder, cache))
    assert len({len(file.sha256) for file in hash_inputs(folder, cache)}) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (written("accounts.csv", b"account_id\nA1\n"), "accounts.csv was written"),
        (removed("costs.csv"), "costs.csv was removed"),
        (written("invoices.csv"), "invoices.csv was added"),
        (written("settings.yml", b"close_day: 5"), "settings.yml was added"),
        (written("Invoices.csv"), "Invoices.csv is almost table invoices"),
        (lambda raw: os.utime(raw / "costs.csv"), "costs.csv was written"),
        (
            lambda raw: same_size_and_time(raw / "costs.csv", COSTS.replace("K1", "K2")),
            "costs.csv was written",
        ),
    ],
)
def test_a_folder_that_changes_while_it_is_built_from_publishes_nothing(
    tmp_path: Path, change: Change, expected: str
) -> None:
    raw, cache = tmp_path / "raw", tmp_path / "hashes.json"
    folder = inspected(raw)
    inputs = hash_inputs(folder, cache)
    written("notes.txt")(raw)
    require_unchanged(folder, CONTRACT, inputs, cache)
    change(raw)
    with pytest.raises(CheckFailed) as caught:
        require_unchanged(folder, CONTRACT, inputs, cache)
    assert expected in str(caught.value)
    assert "nothing published" in str(caught.value)


def test_a_file_that_changes_before_it_is_hashed_is_named(tmp_path: Path) -> None:
    folder = inspected(tmp_path / "raw")
    same_size_and_time(tmp_path / "raw" / "costs.csv", COSTS.replace("K1", "K2"))
    with pytest.raises(BadInput, match=r"costs\.csv changed while it was read"):
        hash_inputs(folder, tmp_path / "hashes.json")


@pytest.mark.parametrize("name", ["wha?t", "back\\slash"])
def test_a_home_that_no_database_can_lie_in_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="a home cannot have"):
        find_places(tmp_path / name, None)
