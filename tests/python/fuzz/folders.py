"""What is wrong with a file, a name or a setting of a raw folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from builds import PROJECT
from expansion_warehouse.errors import WarehouseError
from expansion_warehouse.raw.folder import inspect_raw_folder
from expansion_warehouse.settings import resolve_settings
from fuzz.company import contract

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = (
    *("as_of_date: 2025-02-30", "as_of_date: 9999-12-31", "as_of_date: yesterday", "as_of_date: 1"),
    *("reporting_currency: Yen", "reporting_currency: 5", "reporting_currency: [JPY]"),
    *("business_timezone: Mars/Base", "business_timezone: posixrules", "business_timezone: +09:00"),
    *("dunning_days: 100000000000000000000", "dunning_days: -1", "dunning_days: 1.5"),
    *("dunning_days: sixty", "dunning_days:", "dunning_min_share: .nan", "dunning_min_share: .inf"),
    *("min_segment_accounts: 0", "fiscal_year_start_month: 13", "close_day: 31", "close_day: true"),
    *("zero_quantity: maybe", "rfm_mode: Strict", "no_such_setting: 1", "as_of_date: 2025-06-30 x"),
    *("\tas_of_date: 2025-06-30", "- a\n- b", "just words", "{", "a: &x [*x]", "\x00", "%YAML 9"),
    *("!!python/object:os.system {}", "known_at: 0001-01-01", "outlier_factor: 0x10"),
    *("segments: region", "segments: [1]", "segments: [a x b x c]", "segments: [a x a]"),
    *("as_of_date: 2025-06-30\nas_of_date: 2025-05-31", "? [a]\n: 1", "1: 2", "null: 1"),
)


@dataclass(frozen=True)
class Broken:
    """What is done to a file of the folder."""

    kind: str
    file: str
    detail: str = ""

    def __str__(self) -> str:
        """In one line."""
        return f"{self.kind} {self.file} {self.detail[:60]!r}"


def draw_broken(random_: random.Random) -> Broken:
    """A file and what is wrong with it."""
    if random_.random() < 0.25:
        return Broken("setting", "settings.yml", random_.choice(SETTINGS))
    kind = random_.choice(sorted(_FILES))
    table = random_.choice(sorted(contract()))
    column = random_.choice(contract()[table].columns).name
    return Broken(kind, f"{table}.csv", f"{column} {random_.random():.3f}")


def breaks(folder: Path, broken: Broken) -> None:
    """Do it."""
    path = folder / broken.file
    if broken.kind == "setting":
        lines = path.read_text(encoding="utf-8").splitlines()
        name = broken.detail.partition(":")[0]
        kept = [line for line in lines if line.partition(":")[0] != name]
        path.write_text("\n".join([*kept, broken.detail]) + "\n", encoding="utf-8")
        return
    column, share = broken.detail.split()
    _FILES[broken.kind](path, column, float(share))


def refusal(folder: Path) -> str | None:
    """What a build says before it reads a row; None where it goes on. Anything else is raised."""
    try:
        resolve_settings(PROJECT, folder, as_of=None, known_at=None, vars_text=None, now=NOW)
        inspect_raw_folder(folder, tuple(contract().values()))
    except WarehouseError as error:
        return str(error)
    return None


def is_named(broken: Broken, said: str) -> bool:
    """Whether one line says which file, table or setting is meant."""
    table = broken.file.partition(".")[0]
    return len(said.splitlines()) == 1 and (table in said or "settings" in said)


def _rewritten(change: Callable[[str, str], str]) -> Callable[[Path, str, float], None]:
    def done(path: Path, column: str, share: float) -> None:
        text = path.read_bytes().decode("utf-8")
        path.write_bytes(change(text, column).encode("utf-8"))

    return done


def _encoded(encoding: str) -> Callable[[Path, str, float], None]:
    def done(path: Path, column: str, share: float) -> None:
        text = path.read_text(encoding="utf-8").replace("Company", "Soci\u00e9t\u00e9")
        path.write_bytes(text.replace("-1", "\u00e9-1", 1).encode(encoding))

    return done


def _truncated(path: Path, column: str, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def _inserted(mark: bytes) -> Callable[[Path, str, float], None]:
    def done(path: Path, column: str, share: float) -> None:
        content = path.read_bytes()
        place = int(len(content) * share)
        path.write_bytes(content[:place] + mark + content[place:])

    return done


def _renamed(change: Callable[[str], str]) -> Callable[[Path, str, float], None]:
    def done(path: Path, column: str, share: float) -> None:
        path.rename(path.with_name(change(path.name)))

    return done


def _doubled(path: Path, column: str, share: float) -> None:
    part = path.with_suffix("")
    part.mkdir()
    (part / "part.csv").write_bytes(path.read_bytes())


def _header(text: str, names: Callable[[list[str]], Sequence[str]]) -> str:
    first, _, rest = text.partition("\n")
    return ",".join(names(first.split(","))) + "\n" + rest


_FILES: dict[str, Callable[[Path, str, float], None]] = {
    "truncated": _truncated,
    "emptied": _rewritten(lambda text, column: ""),
    "header alone": _rewritten(lambda text, column: text.split("\n")[0] + "\n"),
    "without header": _rewritten(lambda text, column: text.partition("\n")[2]),
    "UTF-16": _encoded("utf-16"),
    "Latin-1": _encoded("latin-1"),
    "UTF-8 with a mark": _encoded("utf-8-sig"),
    "NUL byte": _inserted(b"\x00"),
    "quotation mark": _inserted(b'"'),
    "comma": _inserted(b","),
    "line end": _inserted(b"\n"),
    "escape": _inserted(b"\x1b[31m"),
    "semicolons": _rewritten(lambda text, column: text.replace(",", ";")),
    "tabs": _rewritten(lambda text, column: text.replace(",", "\t")),
    "CRLF": _rewritten(lambda text, column: text.replace("\n", "\r\n")),
    "CR": _rewritten(lambda text, column: text.replace("\n", "\r")),
    "column renamed": _rewritten(
        lambda text, column: _header(
            text, lambda names: [f"{name}x" if name == column else name for name in names]
        )
    ),
    "column in capitals": _rewritten(
        lambda text, column: _header(
            text, lambda names: [name.upper() if name == column else name for name in names]
        )
    ),
    "column twice": _rewritten(
        lambda text, column: _header(
            text, lambda names: [column if n == names[0] else n for n in names]
        )
    ),
    "columns swapped": _rewritten(lambda text, column: _header(text, lambda names: names[::-1])),
    "file gone": lambda path, column, share: path.unlink(),
    "file misspelt": _renamed(lambda name: name.replace("s.csv", ".csv")),
    "file in capitals": _renamed(lambda name: name.capitalize()),
    "extension in capitals": _renamed(lambda name: name.replace(".csv", ".CSV")),
    "other extension": _renamed(lambda name: name.replace(".csv", ".txt")),
    "compressed": _renamed(lambda name: f"{name}.gz"),
    "table twice": _doubled,
}
