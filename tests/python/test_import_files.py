"""Files of an export: what is written in one format, encoding and shape is read cell by cell."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from expansion_warehouse.engine.sql import literal
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files import (
    FileOptions,
    Opened,
    find_files,
    jsons,
    open_files,
    text,
    workbooks,
)
from expansion_warehouse.importers.files.legacy import chosen
from expansion_warehouse.importers.files.workbooks import number_text

Cells = list[tuple[Any, ...]]
VIEW = '"source of rows"'
FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def laid(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files; `.gz` is packed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(plain) if name.endswith(".gz") else plain)
    return folder


def read(folder: Path, name: str = "orders", **options: Any) -> tuple[Opened, Cells]:
    """What a name in a folder holds."""
    scratch = folder.parent / f"scratch of {folder.name}"
    scratch.mkdir(exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as con:
        files = find_files(folder, (name,))
        opened = open_files(con, VIEW, files, FileOptions(**options), scratch)
        return opened, con.execute(f"from {VIEW}").fetchall()


def read_one(folder: Path, name: str, content: str | bytes, **options: Any) -> tuple[Opened, Cells]:
    return read(laid(folder, {name: content}), name.partition(".")[0], **options)


def notes(opened: Opened) -> list[str]:
    return [note.partition(": ")[2] for note in opened.notes]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        act()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---- Round trips ----

SIGNS = st.characters(codec="utf-8", exclude_characters="\0")
ODD = st.sampled_from(['"', ",", ";", "\t", "|", "\n", "\r\n", "\\", "'", " ", "株", "é", "\u3000"])
CELL = st.lists(st.one_of(ODD, SIGNS), max_size=6).map("".join)
# The first two cells hold something, so that no row is blank or the foot of a report.
ROWS = st.lists(st.tuples(st.just("1"), st.just("x"), CELL, CELL), max_size=6)
HEADER = ("id", "name", "note", "other")


def empty_is_null(rows: Sequence[Sequence[str]]) -> Cells:
    return [tuple(cell or None for cell in row) for row in rows]


def as_csv(rows: Sequence[Sequence[str]], sign: str, line_end: str) -> str:
    written = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(written, delimiter=sign, lineterminator=line_end, quoting=quoting)
    writer.writerows([HEADER, *rows])
    return written.getvalue()


@FEW
@given(
    rows=ROWS,
    sign_and_line=st.tuples(st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"])),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    ending=st.sampled_from(["csv", "tsv", "txt", "csv.gz", "tsv.gz"]),
)
def test_text_with_separators_is_read_as_it_was_written(
    tmp_path: Path,
    rows: list[tuple[str, ...]],
    sign_and_line: tuple[str, str],
    encoding: str,
    ending: str,
) -> None:
    content = as_csv(rows, *sign_and_line).encode(encoding)
    opened, found = read_one(tmp_path / f"it's [{ending}]", f"orders.{ending}", content)
    assert opened.columns == HEADER
    assert found == empty_is_null(rows)


@FEW
@given(
    rows=st.lists(st.fixed_dictionaries({"id": st.integers()}, optional={"ｎ": CELL, "é": CELL})),
    shape=st.sampled_from(["array", "lines", "list", "pages", "indented"]),
    packed=st.booleans(),
)
def test_json_is_read_as_it_was_written(
    tmp_path: Path, rows: list[dict[str, Any]], shape: str, packed: bool
) -> None:
    whole = json.dumps(rows, ensure_ascii=False)
    written = {
        "array": whole,
        "lines": "\n".join(json.dumps(row) for row in rows),
        "list": f'{{"object": "list", "data": {whole}, "has_more": false}}',
        "pages": f'{{"results": {whole}, "paging": {{}}}}\n{{"results": []}}',
        "indented": json.dumps(rows, indent=3),
    }[shape]
    name = f"orders.json{'.gz' if packed else ''}"
    opened, found = read_one(tmp_path / f"{shape} {packed}", name, written or "[]")
    keys = list(dict.fromkeys(key for row in rows for key in row))
    assert list(opened.columns) == keys
    expected = [tuple(str(row.get(key, "")) or None for key in keys) for row in rows]
    assert found == expected


@FEW
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 10**9),
            st.decimals(-(10**9), 10**9, places=4),
            st.dates(date(1900, 3, 1), date(2100, 1, 1)),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1),
        ),
        max_size=4,
    )
)
def test_a_workbook_is_read_as_it_was_written(
    tmp_path: Path, rows: list[tuple[int, Decimal, date, str]]
) -> None:
    # The library takes a text with = for a formula, and keeps seven signs of escapes.
    rows = [(i, n, d, f"'{t}") for i, n, d, t in rows if "_x" not in t]
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    opened, found = read_one(tmp_path / "x", "orders.xlsx", saved(book))
    assert opened.columns == HEADER
    assert found == [(str(i), plain(n), d.isoformat(), t) for i, n, d, t in rows]


def plain(number: Decimal) -> str:
    return "0" if number == 0 else format(number.normalize(), "f")


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def book_of(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


# ---- Which files ----


@pytest.mark.parametrize(
    ("files", "names", "expected"),
    [
        (["Orders.CSV", "orders_old.csv"], ["orders"], ["Orders.CSV"]),
        (["b.csv", "a.csv"], ["orders", "a", "b"], ["a.csv"]),
        (["orders-2.csv", "orders-1.csv", "x.csv"], ["orders-*"], ["orders-1.csv", "orders-2.csv"]),
        (["a[1].csv", "a1.csv"], ["a[1]"], ["a[1].csv"]),
        (["a.csv", "a.json"], ["a.json"], ["a.json"]),
        (["ガ.csv"], ["カ\u3099"], ["ガ.csv"]),
        (["orders/b.parquet", "orders/dt=1/a.parquet", "orders/_SUCCESS"], ["ORDERS"], None),
        (["orders.parquet/part-0.parquet"], ["orders"], None),
        (["crm/Export/orders.csv", "crm/x.csv"], ["*/export/orders"], ["crm/Export/orders.csv"]),
        (["~$orders.xlsx", ".orders.csv", "orders.pdf"], ["orders"], []),
    ],
)
def test_a_name_means_the_files_of_one_table(
    tmp_path: Path, files: list[str], names: list[str], expected: list[str] | None
) -> None:
    laid(tmp_path, dict.fromkeys(files, "a,b\n"))
    found = [file.relative_to(tmp_path).as_posix() for file in find_files(tmp_path, names)]
    meant = sorted(name for name in files if name.endswith("parquet"))
    assert found == (meant if expected is None else expected)


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        (["orders.csv", "orders.parquet"], "orders", "could both be orders: keep one"),
        (["orders.csv", "ORDERS.csv"], "orders", "could both be orders: keep one"),
        (["orders.csv", "orders/a.csv"], "orders", "could both be orders: keep one"),
        (["orders1.csv", "orders2.json"], "orders*", "are parts of orders* in two formats: keep"),
        (["orders/a.csv", "orders/b.json"], "orders", "are parts of orders in two formats: keep"),
        (["orders/a.csv", "orders/about.rtf"], "orders", "about.rtf cannot be read by its ending:"),
        (["orders.xls"], "orders", "orders.xls cannot be read by its ending: write csv"),
        (["orders.csv.zip"], "orders", "orders.csv.zip cannot be read by its ending: write csv"),
        (["orders/_delta_log/0.json", "orders/a.csv"], "orders", "is a Delta table"),
    ],
)
def test_what_would_be_read_in_part_or_twice_is_refused_by_name(
    tmp_path: Path, files: list[str], name: str, expected: str
) -> None:
    laid(tmp_path, dict.fromkeys(files, "a,b\n"))
    assert expected in refusal(lambda: find_files(tmp_path, (name,)))


def test_a_file_under_two_names_is_not_read_twice(tmp_path: Path) -> None:
    laid(tmp_path, {"orders/a.csv": "a,b\n"})
    os.link(tmp_path / "orders/a.csv", tmp_path / "orders/b.csv")
    assert "under another name: keep one" in refusal(lambda: find_files(tmp_path, ("orders",)))


def test_one_file_is_a_place_as_well(tmp_path: Path) -> None:
    file = laid(tmp_path, {"orders.csv": "a,b\n"}) / "orders.csv"
    assert find_files(file, ("customers", "orders")) == (file,)
    assert find_files(file, ("customers",)) == ()
    old = laid(tmp_path, {"orders.doc": "x"}) / "orders.doc"
    assert "orders.doc cannot be read by its ending" in refusal(lambda: find_files(old, ("x",)))
    with duckdb.connect() as con:
        expected = refusal(lambda: open_files(con, "x", [old], FileOptions(), tmp_path))
    assert "orders.doc cannot be read by its ending" in expected


# ---- Parts and partitions ----


def test_parts_are_united_by_name_and_folders_are_columns(tmp_path: Path) -> None:
    raw = laid(
        tmp_path / "orders=all",
        {
            "orders/dt=2025-01-01/region=a%2Fb/p.csv": "ID,n\n1,x\n",
            "orders/dt=2025-01-02/region=__HIVE_DEFAULT_PARTITION__/p.csv": "n;id;k\ny;2;z\n",
        },
    )
    opened, found = read(raw)
    assert opened.columns == ("ID", "n", "dt", "region", "k")
    assert found == [("1", "x", "2025-01-01", "a/b", None), ("2", "y", "2025-01-02", None, "z")]
    assert notes(opened) == ["UTF-8, commas", "UTF-8, semicolons"]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    folder = tmp_path / "env=test" / "orders" / "dt=2025-01-01"
    folder.mkdir(parents=True)
    select = "select 1.50::decimal(9, 2) as n, '' as t, timestamp '2025-01-01 10:00' as at"
    with duckdb.connect() as con:
        con.execute(f"copy ({select}) to {literal(folder / 'a.parquet')} (format parquet)")
    opened, found = read(tmp_path / "env=test")
    assert opened.columns == ("n", "t", "at", "dt")
    assert found == [(Decimal("1.50"), None, datetime(2025, 1, 1, 10), "2025-01-01")]
    assert notes(opened) == ["Parquet"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    laid(tmp_path / "a", {"a.parquet": "no", "b.json.gz": "[]", "c.csv.gz": "a,b\n1,2\n" * 99})
    for name in ("b.json.gz", "c.csv.gz"):
        file = tmp_path / "a" / name
        file.write_bytes(file.read_bytes()[:-9])
    for name in "abc":
        line = refusal(lambda name=name: read(tmp_path / "a", name))  # type: ignore[misc]
        assert f"{name}." in line
        assert "cannot be read: " in line


# ---- Separators, headers, rows ----


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        ("sep=;\nid;n\n1;2,5\n", ("id", "n"), "UTF-8, semicolons"),
        ("id|n\n1|2;3,4\n", ("id", "n"), "UTF-8, bars"),
        ("id\n1\n\n2\n", ("id",), "UTF-8, commas; 1 blank line"),
        ("id,n,N,n\n1,2,3,4\n", ("id", "n", "N_2", "n_3"), None),
        ("id,n,n,n_2\n1,2,3,4\n", ("id", "n", "n_3", "n_2"), None),
        ("id,,n,,\n1,2,3,,\n", ("id", "column_2", "n"), "UTF-8, commas"),
        (' id ,"n\n(EUR)",\u200bk\n1,2,3\n', ("id", "n (EUR)", "k"), "UTF-8, commas"),
        ("id,n\n1,2,,\n", ("id", "n"), "UTF-8, commas"),
        ('id,n\n1,2\n,\n"Total"\n"Confidential Information - Do Not Distribute"\n', None, None),
    ],
)
def test_a_header_gives_every_column_a_name(
    tmp_path: Path, content: str, columns: tuple[str, ...] | None, said: str | None
) -> None:
    opened, found = read_one(tmp_path / "a", "orders.csv", content)
    if columns is not None:
        assert opened.columns == columns
    assert [row[0] for row in found] == (["1", "2"] if "1 blank" in str(said) else ["1"])
    if said is not None:
        assert notes(opened) == [said]


def test_what_is_renamed_or_not_read_is_said(tmp_path: Path) -> None:
    opened, _ = read_one(tmp_path / "a", "orders.csv", "id,n,n\n1,2,3\n")
    assert notes(opened) == ["UTF-8, commas; repeated name n of column 3 is n_2"]
    foot = "id,n\n1,2\n\n\nCopyright (c) 2000 Inc.\n"
    opened, found = read_one(tmp_path / "b", "orders.csv", foot)
    assert notes(opened) == [
        "UTF-8, commas; not read below the rows: Copyright (c) 2000 Inc.; 2 blank lines"
    ]
    assert found == [("1", "2")]


def test_a_single_cell_that_is_no_foot_of_a_report_is_a_row(tmp_path: Path) -> None:
    _, found = read_one(tmp_path / "a", "orders.csv", "id,n\n1,2\n\nC7,\n")
    assert found == [("1", "2"), ("C7", None)]
    _, found = read_one(tmp_path / "b", "orders.csv", "id,n\n1,2\n\nTotal,\n3,4\n")
    assert found == [("1", "2"), ("Total", None), ("3", "4")]


def test_what_a_person_says_is_followed(tmp_path: Path) -> None:
    report = "Report;\nof May;x\n\nid;a,b\n1;2,3\n"
    opened, found = read_one(
        tmp_path / "a", "orders.csv", report, header_row=4, delimiter="semicolon"
    )
    assert opened.columns == ("id", "a,b")
    assert found == [("1", "2,3")]
    opened, found = read_one(
        tmp_path / "b", "orders.csv", "名,額\n林,\\480\n".encode("cp932"), encoding="shift_jis"
    )
    assert notes(opened) == ["shift_jis as asked, commas"]
    assert found == [("林", "\\480")]


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (b"id;a,b\n1;2,3\n", {}, "may have commas or semicolons between its columns: say delimit"),
        (
            b"Report\n\nid,n\n1,2\n",
            {},
            "line 1 has 1 column and line 3 has 2: say header_row: 3 if",
        ),
        (b"id,n\n1,2\n3\n", {}, "line 3 has 1 column, not 2: mend the line, or say header_row"),
        (b'id,n\n1,"a\nb"\n3,4,5\n', {}, "line 4 has 3 columns, not 2: mend the line"),
        (b'id,n\n1,"2\n', {}, "line 2: a quote is opened and not closed: double the quotes insi"),
        (b'id,n\n1,"a"b\n', {}, "line 2: a quoted value goes on after its quote: double the quo"),
        (b"\n\n", {}, "has no header line: export it with the column names"),
        (b"id,n\n1,2\n", {"header_row": 9}, "has no header line: export it with the column nam"),
        (b"id,n\n1,2\n", {"delimiter": "::"}, "delimiter '::' is not one sign, as , or ; or tab"),
        (b"id,n\n1,\xe9\n", {"encoding": "utf-8"}, "line 2 is no text in utf-8: say encoding, or"),
        (b"id,n\n1,2\n", {"encoding": "klingon"}, "unknown encoding 'klingon': known are utf-8"),
        (b"id,n\n1,2\n", {"encoding": "rot13"}, "unknown encoding 'rot13': known are utf-8"),
        (b"id,\xe9t\xe9\n1,\x83n\xff\n", {}, "line 1 is no text in UTF-8, and whether it is CP932"),
        (b"a\0\0b\0c", {}, "holds zero bytes and is no text: export it as UTF-8"),
        (b"id,n\n" * 999 + b"1,\0\n", {}, "line 1000 holds a zero byte: no text"),
        (b",".join(b"%d" % n for n in range(5001)) + b"\n", {}, "has more than 5000 columns"),
    ],
)
def test_what_could_mean_two_things_is_refused_with_its_remedy(
    tmp_path: Path, content: bytes, options: dict[str, Any], expected: str
) -> None:
    line = refusal(lambda: read_one(tmp_path / "a", "orders.csv", content, **options))
    assert expected in line


def test_a_quote_that_is_never_closed_ends_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "LONGEST_ROW", 2 << 20)
    content = 'id,n\n1,"' + ("x" * 9999 + "\n") * 300
    line = refusal(lambda: read_one(tmp_path / "a", "orders.csv", content))
    assert "line 211: a row is longer than 2 million signs: close the quote that was" in line


def test_a_packed_file_that_grows_without_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path, {"orders.csv.gz": "a,b\n" * 300_000})
    monkeypatch.setattr(text, "_SAFE_BYTES", 1000)
    expected = "unpacks to more than 200 times its size: unpack it yourself"
    assert expected in refusal(lambda: read(tmp_path))


# ---- JSON ----


def test_values_of_json_keep_their_text(tmp_path: Path) -> None:
    written = (
        '[{"n": 12345678901234567890.10, "f": 0.10, "e": 1e3, "b": true, "z": null, "t": "",'
        ' "d": {"x": [1.50, "é\\n", null, false]}}, {"N": 7, "d": "\\ud83d\\ude00"}]'
    )
    opened, found = read_one(tmp_path / "a", "orders.json", written)
    assert opened.columns == ("n", "f", "e", "b", "z", "t", "d", "N_2")
    nested = '{"x":[1.50,"é\\n",null,false]}'
    assert found == [
        ("12345678901234567890.10", "0.10", "1e3", "true", None, None, nested, None),
        (None, None, None, None, None, None, "😀", "7"),
    ]


@pytest.mark.parametrize(
    ("name", "written", "rows"),
    [
        ("tickets.json", '{"tickets": [{"id": 1}], "next_page": null, "count": 1}', 1),
        ("tickets.json", '{"records": [{"id": 1}, {"id": 2}], "totalCount": "2"}', 2),
        ("tickets.json", '{"id": 1, "data": [{"id": 2}, {"id": 3}]}', 1),
        ("tickets.jsonl", '{"id": 1, "data": {"id": 2}}\n\n{"id": 2}', 2),
        ("tickets.json", '{"data": [], "has_more": false}', 0),
        ("tickets.json", '\ufeff[{"id": 1}]', 1),
    ],
)
def test_the_rows_of_a_list_are_told_from_a_row(
    tmp_path: Path, name: str, written: str, rows: int
) -> None:
    _, found = read_one(tmp_path / "a", name, written)
    assert len(found) == rows


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('[{"id": 1},\n{"id": }]', "line 2 is not JSON: export an array, a list of an API or one"),
        ('[{"id": 1},\n{"id": 2', "line 2 is not JSON: export an array, a list of an API or one"),
        ('[{"id": 1}\n\n7]', "line 3 is not JSON: export an array, a list of an API or one"),
        ("[1, 2]", "line 1 is no object: export an array, a list of an API"),
        ("7", "line 1 is neither an object nor a list of objects: export an array"),
        ('[{"a": ' + "[" * 99_999 + "]", "line 1 is nested too deeply: export an array"),
        ('[{"a": "' + "x" * 5_000_000 + '"}]', "line 1 is longer than 4 million signs: export an"),
    ],
)
def test_what_is_no_row_is_refused_by_line(tmp_path: Path, written: str, expected: str) -> None:
    assert expected in refusal(lambda: read_one(tmp_path / "a", "orders.json", written))


def test_a_long_list_is_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsons, "LONGEST_OBJECT", 100)
    monkeypatch.setattr(jsons, "_CHUNK", 50)
    rows = [{"id": n, "t": "x" * (n % 60), "n": n + 0.5} for n in range(300)]
    page = f'{{"object": "list", "url": "/v1", "data": {json.dumps(rows)}, "has_more": false}}'
    _, found = read_one(tmp_path / "a", "orders.json", page + page)
    expected = [(str(row["id"]), row["t"] or None, str(row["n"])) for row in rows]
    assert found == expected * 2
    odd = page.replace('"has_more"', '"id"')
    expected_line = "may be one row or a list of rows, for data stands beside id"
    assert expected_line in refusal(lambda: read_one(tmp_path / "b", "orders.json", odd))


def test_keys_that_come_late_are_columns_of_every_row(tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, f"k{n // 1500}": n}) for n in range(4000)]
    opened, found = read_one(tmp_path / "a", "orders.ndjson", "\n".join(lines))
    assert opened.columns == ("id", "k0", "k1", "k2")
    assert found[1600] == ("1600", None, "1600", None)
    assert [row[0] for row in found] == [str(n) for n in range(4000)]


# ---- Excel ----


def test_cells_of_a_workbook_arrive_as_text(tmp_path: Path) -> None:
    day, moment = date(2025, 1, 31), datetime(2025, 1, 31, 13, 45, 59)
    content = book_of(
        ["id", "金額\n(円)", "day", "at", "err", "b", "t", "h", "id"],
        [1, 0.1 + 0.2, day, moment, "#N/A", True, time(1, 2), timedelta(hours=30), "007"],
        [1.0, 1234567.89, datetime(2025, 1, 31), None, " x_x000D_\ny", False],
        [],
        [1e20, 1e-7, None, None, None, None, None, None, "k"],
        [],
        ["Grand Total"],
    )
    opened, found = read_one(tmp_path / "a", "orders.xlsx", content)
    assert opened.columns == ("id", "金額 (円)", "day", "at", "err", "b", "t", "h", "id_2")
    first = "1 0.3 2025-01-31 2025-01-31T13:45:59 #N/A true 01:02:00 30:00:00 007"
    assert found == [
        tuple(first.split()),
        ("1", "1234567.89", "2025-01-31T00:00:00", None, " x\r\ny", "false", None, None, None),
        ("100000000000000000000", "0.0000001", *[None] * 6, "k"),
    ]
    assert notes(opened) == [
        "Excel, sheet Sheet; repeated name id of column 9 is id_2; "
        "not read below the rows: Grand Total; 2 blank lines"
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.1, "0.1"), (0.30000000000000004, "0.3"), (-0.0, "0"), (1e21, "1" + "0" * 21), (1.0, "1")],
)
def test_numbers_have_the_digits_that_excel_keeps(number: float, expected: str) -> None:
    assert number_text(number) == expected


def two_sheets() -> bytes:
    book = Workbook()
    book.active.title = "Read me first"
    data = book.create_sheet("Data")
    for row in (["Report of May"], ["ID", "Amount"], [None, "net", "gross"], [1, 2, 3]):
        data.append(row)
    data.merge_cells("A1:C1")
    data.merge_cells("A2:A3")
    data.merge_cells("B2:C2")
    book.create_sheet("Other").append(["x"])
    hidden = book.create_sheet("Hidden")
    hidden.append(["y"])
    hidden.sheet_state = "hidden"
    return saved(book)


def test_the_first_sheet_with_values_is_read_and_said(tmp_path: Path) -> None:
    opened, found = read_one(tmp_path / "a", "orders.xlsx", two_sheets(), header_row=3)
    assert opened.columns == ("ID", "net", "gross")
    assert found == [("1", "2", "3")]
    assert notes(opened) == ["Excel, sheet Data; other sheets are not read: Other"]
    opened, _ = read_one(tmp_path / "a", "orders.xlsx", two_sheets(), header_row=2)
    assert opened.columns == ("ID", "Amount", "Amount_2")
    assert "1 merged cells below the header" in notes(opened)[0]
    opened, _ = read_one(tmp_path / "a", "orders.xlsx", two_sheets(), sheet="hidden")
    assert opened.columns == ("y",)


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (4 << 20))
    return content.getvalue()


def far_out() -> bytes:
    book = Workbook()
    book.active["ZZ1"] = 1
    book.active["ABC1"] = 1
    content = saved(book)
    rewritten = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(rewritten, "w") as new:
        for part in old.infolist():
            xml = old.read(part)
            new.writestr(part, xml.replace(b"ABC1", b"XFD9999999"))
    return rewritten.getvalue()


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (two_sheets, {}, "sheet Data row 1 has 1 value and row 4 has 3: say header_row: 4 if"),
        (
            two_sheets,
            {"sheet": "q"},
            "has no sheet q: its sheets are Read me first, Data, Other, H",
        ),
        (two_sheets, {"header_row": 99}, "has no header row: say header_row, or write the names"),
        (two_sheets, {"sheet": "Read me first"}, "has no header row: say header_row, or write"),
        (book_of, {}, "has no visible sheet with values: say sheet"),
        (lambda: book_of(["a"], [1, 2]), {}, "has 1 value and row 2 has 2: say header_row: 2 if"),
        (
            lambda: book_of(["a", "b"], [1, 2, 3]),
            {},
            "row 2 has a value right of the last column w",
        ),
        (lambda: book_of(["a", "b"], [1, "=A2"]), {}, "the formula in B2 has no result: open the"),
        (lambda: b"PK no", {}, "is no workbook, or has a password: save it as .xlsx without one"),
        (lambda: book_of(["a"])[:-300], {}, "is no workbook, or has a password: save it as"),
        (bomb, {}, "unpacks to 4 MB: save the sheet as CSV if that is what it holds"),
        (far_out, {}, "has a cell XFD9999999, too far out: clear it"),
    ],
)
def test_a_workbook_that_is_no_table_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: Callable[[], bytes],
    options: dict[str, Any],
    expected: str,
) -> None:
    monkeypatch.setattr(workbooks, "_SAFE_BYTES", 1 << 20)
    line = refusal(lambda: read_one(tmp_path / "a", "orders.xlsx", content(), **options))
    assert expected in line


def test_a_workbook_without_its_parts_is_named(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "b")
    line = refusal(lambda: read_one(tmp_path / "a", "orders.xlsx", content.getvalue()))
    assert "orders.xlsx cannot be read: " in line


# ---- Encodings ----

JAPANESE = """
佐藤 鈴木 高橋 田中 伊藤 渡邊 山本 中村 小林 加藤 吉田 佐々木 松本 井上 林 斎藤 齋藤 清水 山崎 森
橋本 長谷川 濱田 髙橋 柳 南 龍 曽我 蛯名 瀧澤 廣瀬 國分 靏田 鷲尾 樋口
太郎 花子 一郎 美咲 翔 さくら 蓮 結衣 葵 大輝 ユリ 麗 凜 彩 昴 ケン 絢香 瑠璃
ｻﾄｳ ｽｽﾞｷ ﾀｶﾊｼ ﾀﾅｶ ﾜﾀﾅﾍﾞ ﾅｶﾑﾗ ﾊﾟｰｸ ﾍﾞｰｶﾘｰ ｸﾞﾙｰﾌﾟ ｿﾘｭｰｼｮﾝ ABCﾃｽﾄ ｶﾌﾞｼｷｶﾞｲｼｬﾀﾅｶ
株式会社{} {}商事 （株）{} {}㈱ 医療法人{}会 ABC{} {}TECH A社 {}・ジャパン {}工業　東京支店 №{}
東京都千代田区丸の内１－１ 月額\\480,000 解約予定 ①プラン 令和7年4月1日 年額～ ―
"""
FAMILIES, GIVEN, HALF, FIRMS, OTHERS = (
    line.split(" ") for line in JAPANESE.replace("森\n", "森 ").strip().split("\n")
)
WESTERN = re.split(
    r"\s+",
    "Müller Schröder Größe Straße Käthe Köln MÜLLER Österreich Übermut Weiß für STRAßE Hélène "
    "François Château l’été L’Oréal Société Noël créée Besançon À été œuvre École José García "
    "Muñoz Peña Núñez Ángel Íñigo España compañía PEÑA ¿Qué? João São Conceição CONCEIÇÃO JOÃO "
    "Simões Magalhães Antônio Ação informações maçã irmã Bjørn Åse Ærø Småland Malmö Göteborg "
    "O’Brien it’s Café “naïve” – … €5 20° ACME® résumé",
)


def japanese_name(draw: random.Random) -> str:
    kind = draw.randrange(5)
    if kind == 0:
        return draw.choice(FAMILIES) + draw.choice(("", " ", "\u3000")) + draw.choice(GIVEN)
    if kind == 1:
        return draw.choice(FIRMS).format(draw.choice(FAMILIES))
    return draw.choice(HALF if kind < 4 else OTHERS)


def western_name(draw: random.Random) -> str:
    others = ("", " GmbH", " S.A.", f"-{draw.choice(WESTERN)}", f" {draw.choice(WESTERN)}")
    return draw.choice(("", "Firma ", "Sr. ")) + draw.choice(WESTERN) + draw.choice(others)


def customer_list(draw: random.Random, rows: int, name: Callable[[random.Random], str]) -> str:
    plain_names = draw.choice((0.0, 0.3, 0.9))
    lines = [
        f"{n}\t{'Acme Inc' if draw.random() < plain_names else name(draw)}\t{n * 7}"
        for n in range(rows)
    ]
    return "\n".join(["id\tname\tamount", *lines])


@pytest.mark.parametrize(("encoding", "name"), [("cp932", japanese_name), ("cp1252", western_name)])
def test_the_older_encodings_are_told_apart_or_refused(
    encoding: str, name: Callable[[random.Random], str]
) -> None:
    draw = random.Random(7)
    found: dict[str | None, int] = {}
    refused_long = 0
    for _ in range(1500):
        rows = draw.choice((1, 2, 3, 5, 10, 30))
        written = customer_list(draw, rows, name)
        content = written.encode(encoding)
        try:
            content.decode()
        except UnicodeDecodeError:
            one = chosen([content])
            found[one.codec if one else None] = found.get(one.codec if one else None, 0) + 1
            refused_long += (
                one is None and sum(not line.isascii() for line in written.split("\n")) > 9
            )
    assert set(found) == {encoding, None}
    # Most of the refused have a word or two.
    assert found[None] < 0.35 * found[encoding]
    assert refused_long <= 3


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Иванов Петров Смирнов Москва Ромашка Кузнецова", "cp1251"),
        ("Αθήνα Παπαδόπουλος Γεώργιος Θεσσαλονίκη", "cp1253"),
        ("Łódź Wałęsa Małgorzata Dąbrowski Michał Świętokrzyskie", "cp1250"),
        ("Dvořák Jiří Třebíč Růžička Čapek Křížek Plzeň", "cp1250"),
        ("Yıldız Şahin Doğan İstanbul Kılıç Işık Ağrı", "cp1254"),
        ("北京 上海 张伟 有限公司 科技 深圳市 股份", "gbk"),
        ("台北 陳志明 有限公司 高雄 股份有限公司", "big5"),
        ("김민수 서울 주식회사 삼성 유한회사", "cp949"),
        ("佐藤 鈴木 株式会社 さくら ユリ", "euc_jp"),
        ("Müller Größe Köln Übermut Weiß für", "mac_roman"),
        ("Müller Größe Köln Übermut Weiß für", "cp850"),
    ],
)
def test_an_encoding_that_is_no_candidate_is_refused(words: str, encoding: str) -> None:
    lines = [f"{n},{word}" for n, word in enumerate(words.split() * 3)]
    assert chosen(["\n".join(lines).encode(encoding)]) is None


def test_an_older_encoding_is_said(tmp_path: Path) -> None:
    rows = "名前,金額\n佐藤 花子,\\480,000\nｻﾄｳ,1\n".replace("\\480,000", '"\\480,000"')
    opened, found = read_one(tmp_path / "a", "orders.csv", rows.encode("cp932"))
    assert notes(opened) == ["CP932, commas"]
    assert found == [("佐藤 花子", "\\480,000"), ("ｻﾄｳ", "1")]
    opened, found = read_one(tmp_path / "b", "orders.csv", "a;b\nMüller;Größe\n".encode("cp1252"))
    assert notes(opened) == ["CP1252, semicolons"]
    assert found == [("Müller", "Größe")]
