"""A random app of contracts as kintone writes it to a file.

A record with a table takes as many rows as its longest table; the first one is marked with an
asterisk in the column 「レコードの開始行」. What stands outside the table stands in that row
alone or in all of them. Check boxes have a column for each choice, `field[choice]`, with 1 where
it is chosen.
https://jp.cybozu.help/k/ja/user/app_collectdata/data_export.html
https://get.kintone.help/k/ja/user/using_app/import_records/create_csv.html
Encodings and separators: https://get.kintone.help/general/ja/admin/list_useradmin/list_csv/list_format/note.html
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

HEADER = (
    *(
        "レコードの開始行",
        "レコード番号",
        "作成日時",
        "更新日時",
        "契約番号",
        "顧客番号",
        "顧客名",
        "状態",
    ),
    *(
        "請求区分",
        "契約開始日",
        "契約終了日",
        "解約日",
        "解約申出日",
        "区分[無料期間]",
        "担当者",
        "備考",
    ),
    *("明細番号", "商品", "数量", "単価（千円）"),
)
PRODUCTS = ("本体", "拡張（A）", "ｵﾌﾟｼｮﾝ")
STATES = ("契約中", "契約中", "解約済", "見込")


@dataclass(frozen=True)
class App:
    """Rows of a file; `mrr` of every customer and product at the end of every month."""

    rows: list[list[str]]
    records: int
    mrr: dict[tuple[str, str, date], Decimal] = field(default_factory=dict)
    months: tuple[date, ...] = ()
    signed_lines: int = 0
    unsigned_lines: int = 0
    unsigned_money: Decimal = Decimal(0)
    empty_records: int = 0


def random_app(seed: int, records: int = 12, *, repeats: bool = True) -> App:
    """`repeats`: what stands outside the table is written in every row of a record."""
    chance = random.Random(seed)
    months = tuple(date(2025 + step // 12, step % 12 + 1, 1) for step in range(18))
    rows: list[list[str]] = []
    mrr: dict[tuple[str, str, date], Decimal] = {}
    counts = {"signed": 0, "unsigned": 0, "empty": 0}
    unsigned = Decimal(0)
    for number in range(1, records + 1):
        state = chance.choice(STATES)
        kind = chance.choice(("月額", "年額"))
        starts = months[chance.randint(0, 11)]
        left = date(2026, chance.randint(1, 6), 1) if state == "解約済" else None
        lines = _lines(chance)
        outer = [
            *(str(number), "2025-04-01 09:30", "2026-06-01 18:05", f"K-{number:04d}"),
            *(f"C{number % 7:02d}", f"株式会社 {'髙﨑①'[number % 3]}{number % 7}", state, kind),
            _spelled(chance, starts), "", _spelled(chance, left) if left else "", "", "",
            *("鈴木", '改行\nと"引用"、カンマ,'),
        ]  # fmt: skip
        for at, line in enumerate(lines or [("", "", "", "")]):
            shown = outer if at == 0 or repeats else [""] * len(outer)
            rows.append(["*" if at == 0 else "", *shown, *line])
        counts["empty"] += not lines
        for _, product, quantity, price in lines:
            amount = Decimal(quantity or 1) * Decimal(price.replace(",", "")) * 1000
            if state == "見込":
                unsigned += amount
                counts["unsigned"] += 1
                continue
            counts["signed"] += 1
            for month in months:
                if starts <= month and (left is None or month < left):
                    key = (f"C{number % 7:02d}", product, month)
                    mrr[key] = mrr.get(key, Decimal(0)) + amount / (12 if kind == "年額" else 1)
    return App(
        rows, records, mrr, months, counts["signed"], counts["unsigned"], unsigned, counts["empty"]
    )


def _lines(chance: random.Random) -> list[tuple[str, str, str, str]]:
    products = chance.sample(PRODUCTS, chance.randint(0, 3))
    # Prices of which a twelfth is whole yen.
    return [
        (str(at), product, chance.choice(("", "2", "１０")), f"{chance.randint(1, 400) * 12:,}")
        for at, product in enumerate(products, 1)
    ]


def _spelled(chance: random.Random, day: date) -> str:
    return chance.choice(
        (
            day.isoformat(),
            day.strftime("%Y/%m/%d"),
            f"{day.year}年{day.month}月{day.day}日",
            f"R{day.year - 2018}.{day.month}.{day.day}",
        )
    )


def write_app(app: App, path: Path, encoding: str = "cp932", separator: str = ",") -> None:
    """The file as the export dialogue writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([HEADER, *app.rows])
    path.write_bytes(text.getvalue().encode(encoding))
