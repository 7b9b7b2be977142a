"""`csv` and `kintone`: what the words of a mapping file do, and what is refused in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.importer import ImportSummary, import_system
from expansion_warehouse.importers.mapping import read_mapping
from expansion_warehouse.importers.months import plain_month
from expansion_warehouse.importers.systems import find_system
from exports.raw_book import read_book
from oracle.builders import Figures
from oracle.settings import Settings

CONTACTS = """
title: People
files:
  - table: contacts
    columns:
      contact_id: 名刺ID
      account_id: {header: 顧客番号}
      role: {header: 役職, codes: {部長: decision_maker}, else: user, default: billing}
"""


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return path


def imported(folder: Path, text: str, *lines: str) -> ImportSummary:
    export = folder / "export.csv"
    export.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return import_system(read_mapping(mapping_file(folder, text)), export, folder / "raw")


def rows_of(folder: Path, table: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(f"from '{folder}/raw/{table}/csv.parquet'").fetchall()


def value_of(folder: Path, column: str, told: str, *cells: str) -> list[Any]:
    """What becomes of cells in a column of proposals that a mapping describes."""
    text = (
        "title: t\nfiles:\n  - table: proposals\n    columns:\n"
        "      proposal_id: id\n      account_id: {value: A}\n"
        "      offer_class: {value: add_on}\n      outcome: {value: open}\n"
        "      currency: {value: JPY}\n"
    )
    if column != "proposed_mrr":
        text += "      proposed_mrr: {value: 1}\n"
    lines = [f'{at},"{cell}","{cell}"' for at, cell in enumerate(cells)]
    imported(folder, f"{text}      {column}: {told}\n", "id,x,y", *lines)
    found = duckdb.execute(
        f"select {column} from '{folder}/raw/proposals/csv.parquet' "
        "order by cast(proposal_id as int)"
    ).fetchall()
    return [None if value is None else str(value) for (value,) in found]


# ---- what the words do ----


def test_headers_are_the_same_whatever_their_width_case_and_blanks(tmp_path: Path) -> None:
    imported(tmp_path, CONTACTS, " 名刺ｉｄ ,顧客番号,役職", "1,C1,部長", "2,C1,係長", "3,C2,")
    assert rows_of(tmp_path, "contacts") == [
        ("1", "C1", "decision_maker"),
        ("2", "C1", "user"),
        ("3", "C2", "billing"),
    ]


def test_a_column_that_the_contract_lacks_becomes_an_attribute(tmp_path: Path) -> None:
    text = (
        "title: t\nfiles:\n  - table: account_attributes\n    columns:\n"
        "      {account_id: 顧客番号, attribute: {value: region}, value: 地域}\n"
    )
    imported(tmp_path, text, "顧客番号,地域", "C1,東日本", "C2,")
    assert rows_of(tmp_path, "account_attributes") == [
        ("C1", "region", "東日本"),
        ("C2", "region", None),
    ]


def test_a_code_without_an_entry_arrives_as_it_came(tmp_path: Path) -> None:
    text = CONTACTS.replace(", else: user", "")
    imported(tmp_path, text, "名刺ID,顧客番号,役職", "1,C1,社外秘")
    assert rows_of(tmp_path, "contacts") == [("1", "C1", "社外秘")]


@pytest.mark.parametrize(
    ("told", "cell", "expected"),
    [
        ("{header: x, unit: 千円}", "1,250.5", "1250500"),
        ("{header: x, unit: 万円}", "¥3", "30000"),
        ("{header: x, unit: 百万円}", "2", "2000000"),
        ("{header: x, unit: 億}", "0.1", "10000000"),
        ("{header: x, unit: 12}", "2", "24"),
        ("{header: x, unit: 千円}", "▲5", "-5000"),
        ("{header: x, unit: 千円}", "五", "五"),
        # A unit in the cell beside that of the mapping may mean either; money that cannot be read
        # is not divided, and must not pass for what would have come of it.
        ("{header: x, unit: 千円}", "5万円", "5万円 × 1000"),
        ("{header: x, unit: 千円}", "１．５万", "１．５万 × 1000"),
        ("{header: x}", "5万円", "50000"),
        ("{header: x, unit: 千円}", "$5", "$5 × 1000"),
        ("{header: x, per: 12}", "¥1,200", "100"),
        ("{header: x, per: 12}", "$1,200", "$1,200 ÷ 12"),
        ("{header: x, per: 12}", "1200", "100"),
        ("{header: x, per: 12, unit: 千円}", "1", "83.333333333333"),
        ("{header: x}", "3,000円", "3000"),
    ],
)
def test_amounts(told: str, cell: str, expected: str, tmp_path: Path) -> None:
    found = value_of(tmp_path, "proposed_mrr", told, cell, "7")[0]
    assert (found.rstrip("0").rstrip(".") if "." in found else found) == expected


LINES = """
title: t
files:
  - table: contract_lines
    columns:
      contract_line_id: id
      account_id: {value: A}
      product_id: {value: P}
      charge_type: {value: recurring}
      quantity: qty
      unit_price: {header: price, unit: 千円}
      billing_unit: {value: month}
      currency: {value: JPY}
      starts_on: {value: 2025-01-01}
    rows: {header: st, skip: [x], reason: not signed}
"""


def test_money_of_left_out_lines_is_what_they_are_worth(tmp_path: Path) -> None:
    """Ten units at 1.5 thousand and one at 2; two amounts cannot be read and are in no sum."""
    rows = ["1,10,1.5,x", "2,,¥2,x", "3,1,-,x", "4,2円,3,x", "5,1,,x", "6,7,8,"]
    done = imported(tmp_path, LINES, "id,qty,price,st", *rows)
    (lost,) = done.losses
    assert (lost.rows, lost.money, lost.unread) == (5, {"JPY": "17000.00"}, 2)
    assert lost.words == ("5 of 6 rows, 17000.00 JPY, 2 amounts that cannot be read: not signed")
    assert lost.as_json()["unread"] == 2


SIZES = st.tuples(st.integers(1, 40), st.integers(1, 3000), st.sampled_from(["月額", "年額"]))
WRITTEN: tuple[Callable[[Decimal], str], ...] = (
    str,
    lambda price: f"{price:,}",
    lambda price: f"¥{price:,}",
    lambda price: f"{price}円",
    lambda price: f"{price:,}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), SIZES, st.sampled_from(WRITTEN)), min_size=1),
    st.sampled_from([("千円", 1000), ("円", 1)]),
)
def test_any_list_of_contracts_is_its_own_mrr(
    lines: list[tuple[str, tuple[int, int, str], Callable[[Decimal], str]]], unit: tuple[str, int]
) -> None:
    """Units, prices a month or a year, in yen or thousands: MRR is what the list says."""
    factor = "" if unit[0] == "円" else f", unit: {unit[0]}"
    text = LINES.replace(", unit: 千円", factor).replace(
        "{value: month}", "{header: kind, codes: {月額: month, 年額: year}}"
    )
    text = text.replace("account_id: {value: A}", "account_id: who") + (
        "  - table: accounts\n    distinct: [account_id]\n    columns: {account_id: who}\n"
        "  - table: products\n    distinct: [product_id]\n    columns: {product_id: {value: P}}\n"
    )
    truth: dict[str, Fraction] = {}
    rows = []
    for at, (who, (quantity, price, kind), write) in enumerate(lines):
        # A twelfth of what is paid for a year is whole yen.
        amount = price * 12
        rows.append(f'{at},{who},{quantity},"{write(Decimal(amount))}",{kind},')
        worth = Fraction(quantity * amount * unit[1], 12 if kind == "年額" else 1)
        truth[who] = truth.get(who, Fraction(0)) + worth
    with TemporaryDirectory() as folder:
        imported(Path(folder), text, "id,who,qty,price,kind,st", *rows)
        figures = Figures(read_book(Path(folder) / "raw"), Settings(date(2025, 1, 31)))
    assert figures.reasons() == []
    assert {who: figures.mrr("2025-01", account=who) for who in truth} == truth


def test_a_count_has_no_currency(tmp_path: Path) -> None:
    imported(tmp_path, LINES, "id,qty,price,st", "1,2円,1,", "2,1千,1,", "3,¥3,1,")
    found = duckdb.execute(
        f"select quantity from '{tmp_path}/raw/contract_lines/csv.parquet' order by all"
    ).fetchall()
    assert found == [("1000",), ("2円",), ("¥3",)]


def test_percentages_are_shares_whether_the_sign_is_written_or_not(tmp_path: Path) -> None:
    text = """
title: t
files:
  - table: contract_lines
    columns:
      contract_line_id: id
      account_id: {value: A}
      product_id: {value: P}
      charge_type: {value: recurring}
      billing_unit: {value: month}
      currency: {value: JPY}
      starts_on: {value: 2025-01-01}
      unit_price: {value: 1}
      discount_rate: {header: x, unit: "%"}
      tax_rate: x
"""
    imported(tmp_path, text, "id,x", "1,10%", "2,10", "3,0.1")
    found = duckdb.execute(
        "select discount_rate, tax_rate from "
        f"'{tmp_path}/raw/contract_lines/csv.parquet' order by contract_line_id"
    ).fetchall()
    assert [tuple(map(float, row)) for row in found] == [(0.1, 0.1), (0.1, 10), (0.001, 0.1)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("x", ["2025-03-01", "2024-03-01", None, "未定"]),
        ("{header: x, shift: -1 day}", ["2025-02-28", "2024-02-29", None, "未定"]),
        ("{header: x, shift: +1 day}", ["2025-03-02", "2024-03-02", None, "未定"]),
        ("{header: x, default: 2030-01-01}", ["2025-03-01", "2024-03-01", "2030-01-01", "未定"]),
    ],
)
def test_days(told: str, expected: list[str | None], tmp_path: Path) -> None:
    assert value_of(tmp_path, "closed_on", told, "R7.3.1", "2024/3/1", "", "未定") == expected


def test_joined_headers_show_an_empty_part_and_are_nothing_of_nothing(tmp_path: Path) -> None:
    text = CONTACTS.replace("contact_id: 名刺ID", 'contact_id: {headers: [a, b], join: "/"}')
    imported(tmp_path, text, "a,b,顧客番号,役職", "1,2,C,", "1,,C,", ",,C,")
    assert [row[0] for row in rows_of(tmp_path, "contacts")] == ["1/", "1/2", None]


def test_a_row_is_left_out_by_the_first_rule_that_it_meets(tmp_path: Path) -> None:
    text = CONTACTS + (
        "    rows:\n"
        "      - {header: 状態, only: [有効, 休止], reason: not in use}\n"
        "      - {header: 顧客番号, skip: [''], reason: nobody's}\n"
    )
    done = imported(
        tmp_path, text, "名刺ID,顧客番号,役職,状態", "1,C,,有効", "2,,,有効", "3,,,終了", "4,C,,"
    )
    assert [(loss.reason, loss.rows, loss.keys) for loss in done.losses] == [
        ("not in use", 2, ("3", "4")),
        ("nobody's", 1, ("2",)),
    ]
    assert done.rows_out == {"contacts": 1}


def test_several_entries_fill_one_table_and_one_file_several_tables(tmp_path: Path) -> None:
    text = CONTACTS + (
        "  - table: contacts\n"
        "    columns:\n"
        "      {contact_id: 予備ID, account_id: 顧客番号, role: {value: user}, person_name: 名}\n"
        "    rows: {header: 予備ID, skip: ['']}\n"
        "  - table: accounts\n    distinct: [account_id]\n    columns: {account_id: 顧客番号}\n"
        "not_used: {備考: free text}\n"
    )
    done = imported(
        tmp_path,
        text,
        "名刺ID,予備ID,顧客番号,役職,名,備考,他",
        "1,9,C,部長,山,x,y",
        "2,,C,,海,,",
        "3,,,,,,",
    )
    assert done.rows_out == {"contacts": 4, "accounts": 1}
    assert ("9", "C", "user", "山") in rows_of(tmp_path, "contacts")
    said = [(loss.kind, loss.what, loss.keys) for loss in done.losses if loss.kind != "rows"]
    assert said == [("column", "contacts.備考", ()), ("unknown_columns", "contacts", ("他",))]


def test_a_repeated_row_and_a_broken_one_arrive(tmp_path: Path) -> None:
    imported(tmp_path, CONTACTS, "名刺ID,顧客番号,役職", "1,C,部長", "1,C,部長", ",,")
    assert len(rows_of(tmp_path, "contacts")) == 2
    done = imported(tmp_path, CONTACTS, "名刺ID,顧客番号,役職", "1,C,部長", "1,C,部長", "x,,?")
    assert done.rows_out == {"contacts": 3}


def test_contracts_without_plans_bring_the_empty_table_that_the_warehouse_asks_for(
    tmp_path: Path,
) -> None:
    made = find_system("kintone", None, Path(__file__).parents[2] / KINTONE)
    assert made.name == "kintone"
    assert made.selects["plans"].endswith("where false")


KINTONE = "scripts/expansion_warehouse/importers/mappings/kintone_contracts.yml"


# ---- what is refused ----


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: contacts", "table: contact", "contact is no table of the contract"),
        ("contact_id: 名刺ID", "contact_idd: x", "contacts has no column contact_idd"),
        ("      contact_id: 名刺ID\n", "", "contacts needs the column contact_id"),
        ("部長: decision_maker", "部長: boss", "'boss' is none of decision_maker"),
        ("else: user", "else: usr", "'usr' is none of"),
        ("{header: 顧客番号}", "{header: a, value: b}", "say one of header, headers and value"),
        ("{header: 顧客番号}", "{header: a, else: b}", "else says what other codes mean"),
        ("{header: 顧客番号}", "{header: a, shift: -2 days}", "shift is one of -1 day"),
        ("{header: 顧客番号}", "{header: a, unit: 円玉}", "unit is a number or one of"),
        ("{header: 顧客番号}", "{header: a, per: year}", "per is a number, as 12"),
        (
            "{header: 顧客番号}",
            "{header: a, shift: -1 day}",
            "shift moves days, and this column is v",
        ),
        ("{header: 顧客番号}", "{header: a, unit: 千円}", "unit and per are for numbers, and this"),
        ("{header: 顧客番号}", "{header: a, per: 12}", "contacts.account_id: unit and per are for"),
        (
            "role:",
            "recorded_at: {header: a, shift: +1 day}\n      role:",
            "this column is timestamp",
        ),
        ("{header: 顧客番号}", '{header: a, join: "/"}', "join says what stands between headers"),
        ("{header: 顧客番号}", "{hedaer: a}", "unknown key 'hedaer'"),
        ("{部長: decision_maker}", "{no: user}", "yes, no, on and off need quotes as codes"),
        ("    columns:", "    rows: {header: a}\n    columns:", "say only or skip"),
        ("    columns:", "    distinct: [role2]\n    columns:", "contacts has no column role2"),
        (
            "    columns:",
            "    distinct: [person_name]\n    columns:",
            "contacts is distinct by person_name, which it does not fill",
        ),
        ("title: People\n", "", "lacks the key 'title'"),
        ("title: People\n", "title: People\nsettings: {reporting: EUR}\n", "unknown setting"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_in_one_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in CONTACTS
    with pytest.raises(BadInput) as refused:
        read_mapping(mapping_file(tmp_path, CONTACTS.replace(old, new)))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_mapping_that_is_not_there_or_not_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"mapping .*no\.yml does not exist"):
        read_mapping(tmp_path / "no.yml")
    for name in ("csv", "kintone"):
        with pytest.raises(BadInput, match="needs a mapping file that names its columns"):
            find_system(name, None, None)


def test_a_missing_header_names_the_nearest_ones(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"lacks the column 名刺ID, 役職 \(did you mean 名刺番号, 役職名\?"
    ):
        imported(tmp_path, CONTACTS, "名刺番号,顧客番号,役職名", "1,C,部長")
    with pytest.raises(BadInput, match=r"lacks the column 名刺ID, 顧客番号, 役職 \(found: a, b\)"):
        imported(tmp_path, CONTACTS, "a,b", "1,2")


# ---- months ----


@pytest.mark.parametrize(
    ("text", "month"),
    [
        *((text, "2025-01") for text in ("2025-01", "2025/1", "2025.01", "202501", "1/2025")),
        *((text, "2025-01") for text in ("2025年1月", "２０２５年１月分", "2025 年 1 月度")),
        *((text, "2025-01") for text in ("Jan 2025", "january-2025", "Jan-25", "Jan '25")),
        *((text, "2025-01") for text in ("2025 Jan", "R7.1", "令和7年1月", "r7/1", "R7.1.31")),
        *((text, "2025-01") for text in ("45658", "2025/01/31", "2025-01-01 00:00:00")),
        ("Sept-25", "2025-09"),
        ("平成31年4月", "2019-04"),
        ("令和元年5月", "2019-05"),
        # What may be another month or none.
        *(
            (text, None)
            for text in ("令和元年4月", "1/25", "25-Jan", "1月", "Jan", "2025", "Q1 2025")
        ),
        *((text, None) for text in ("2025-13", "Janus 25", "合計", "", None)),
    ],
)
def test_months(text: str | None, month: str | None) -> None:
    assert plain_month(text) == month
