"""What lies in a raw folder: the files of each table, and every other file with why it is not read.

A file that its owner surely meant to be read, and that would not be, is refused by name: a table
under an almost right name, in two forms, or with something else in its folder. Whatever else lies
there is only listed.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.printable import is_invisible, printable_line

SETTINGS = "settings.yml"
# What imports did to the folder, see `importers/record.py`.
RECORD = "import.json"
# Which account id of another system is which account; only imports read it.
LINKS = "account_links"
_FORMS = (".parquet", ".csv")
# Endings of data: a file that is named like a table and ends so was meant to be the table.
_DATA = frozenset(
    (
        *("parquet", "pq", "csv", "tsv", "tab", "psv", "dsv", "txt", "dat", "data"),
        *("json", "jsonl", "ndjson", "xlsx", "xls", "ods", "avro", "orc", "feather", "arrow"),
        *("gz", "gzip", "zip", "bz2", "zst", "zstd", "xz", "lz4", "snappy", "br", "7z", "tar"),
    )
)
# Those that people keep beside the table that they made from it.
_BESIDE = frozenset(["txt", "json", "xlsx", "xls", "ods", "zip", "7z", "dat", "data"])
_SETTINGS_ENDINGS = frozenset(["yml", "yaml", "txt", "json", "toml", "ini", "cfg", "conf"])
# What programs leave beside the data that they write; it holds no rows.
MARKERS = re.compile(
    r"_SUCCESS|_(committed|started)_.*|_metadata|_common_metadata|.*\.crc|\._.*|\.DS_Store"
    r"|Thumbs\.db|desktop\.ini|\.(git)?keep|\.gitignore"
)
_TRUTH = "what is true of a sample company, for judging the scores"
# Folders of table formats that keep old rows beside the new ones, and of unfinished writes.
_LOGS = {
    "_delta_log": "is a Delta table, which keeps old rows: export the newest as plain Parquet",
    ".hoodie": "is a Hudi table, which keeps old rows: export the newest as plain Parquet",
    "metadata": "is an Iceberg table, which keeps old rows: export the newest as plain Parquet",
    "_temporary": "holds a write that was not finished (_temporary): write it again",
}


@dataclass(frozen=True)
class Unread:
    """A file or folder (its path ends in a slash) that no table is read from, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Listing:
    """The files of every table, none for one that is absent, and what else lies in the folder."""

    tables: dict[str, tuple[Path, ...]]
    not_read: tuple[Unread, ...]


def list_raw_folder(folder: Path, tables: Iterable[str]) -> Listing:
    """List a raw folder. Raises BadInput, naming it, for what would be read in part or twice."""
    names = tuple(tables)
    forms: dict[str, list[tuple[str, tuple[Path, ...]]]] = {name: [] for name in names}
    unread: list[Unread] = []
    others: list[os.DirEntry[str]] = []
    for entry in _entries(folder):
        table = _table_of(entry, forms)
        if table is not None and entry.is_dir():
            files = tuple(_parts(Path(entry.path), folder, unread))
            if files:
                forms[table].append((f"{shown(Path(entry.path))}/", files))
            else:
                unread.append(Unread(f"{_relative(entry.path, folder)}/", "a folder without files"))
        elif table is not None:
            forms[table].append((shown(Path(entry.path)), (Path(entry.path),)))
        elif not (entry.name in (SETTINGS, RECORD) and entry.is_file()):
            others.append(entry)
    found = {name: _only_form(name, given) for name, given in forms.items()}
    for entry in others:
        _refuse_almost_right(entry, found)
        unread.append(_unread(entry, folder, names))
    return Listing(found, tuple(sorted(unread, key=lambda other: other.path)))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        raise BadInput(f"{shown(folder)} may not be read: give its reader permission") from None


def _table_of(entry: os.DirEntry[str], tables: Iterable[str]) -> str | None:
    """The table that an entry is, by its exact name."""
    if entry.is_dir():
        return entry.name if entry.name in tables else None
    name = Path(entry.name)
    is_form = entry.is_file() and name.suffix in _FORMS
    return name.stem if is_form and name.stem in tables else None


def _only_form(table: str, forms: list[tuple[str, tuple[Path, ...]]]) -> tuple[Path, ...]:
    if len(forms) > 1:
        both = " and ".join(form for form, _ in forms)
        raise BadInput(f"table {table} is there twice, {both}: keep one")
    return forms[0][1] if forms else ()


def _parts(place: Path, folder: Path, unread: list[Unread]) -> Iterator[Path]:
    """The Parquet files of a table's folder, in order; markers are added to what is not read."""
    seen: dict[tuple[int, int], Path] = {}
    for entry in below(place):
        path = Path(entry.path)
        if MARKERS.fullmatch(entry.name) and entry.is_file():
            unread.append(Unread(_relative(path, folder), "a mark of the program that wrote here"))
            continue
        if not entry.is_file():
            raise BadInput(_no_file(entry))
        if path.suffix != ".parquet" or entry.name[0] in "._":
            raise BadInput(_foreign(path, place))
        _require_text(entry)
        status = entry.stat()
        twin = seen.setdefault((status.st_dev, status.st_ino), path)
        if twin != path:
            raise BadInput(f"{shown(path)} is {shown(twin)} under another name: keep one")
        yield path


def below(place: Path) -> Iterator[os.DirEntry[str]]:
    """Every entry below a table's folder that is no folder; a linked folder is refused."""
    for entry in _entries(place):
        if entry.name in _LOGS and entry.is_dir():
            raise BadInput(f"{shown(place)}/ {_LOGS[entry.name]}")
        if not entry.is_dir():
            yield entry
        elif entry.is_symlink():
            raise BadInput(
                f"{shown(Path(entry.path))} is a link to a folder inside a table's folder, "
                "which is not followed: put its files there"
            )
        else:
            yield from below(Path(entry.path))


def _foreign(path: Path, place: Path) -> str:
    if path.suffix.lower() == ".csv":
        remedy = "a CSV table is one file and has no folder; keep one format"
    elif path.name[0] in "._":
        remedy = "a hidden file is read by some programs and not by others; rename it or move it"
    elif path.suffix.lower() == ".parquet":
        remedy = "write its ending as .parquet"
    else:
        remedy = "move it elsewhere"
    return f"{shown(path)} is no Parquet file of table {place.name}: {remedy}"


def _no_file(entry: os.DirEntry[str]) -> str:
    path = shown(Path(entry.path))
    if entry.is_symlink():
        return f"{path} is a link that leads nowhere: mend it or remove it"
    return f"{path} is no ordinary file: put a file there"


def _refuse_almost_right(entry: os.DirEntry[str], tables: Mapping[str, tuple[Path, ...]]) -> None:
    """Refuse what was surely meant to be a table or the settings."""
    stem, endings = _meant(entry.name)
    path = shown(Path(entry.path))
    if stem == "settings" and endings and set(endings) <= _SETTINGS_ENDINGS:
        raise BadInput(
            _no_file(entry)
            if entry.name == SETTINGS
            else f"{path} is not read: the settings are "
            f"in {SETTINGS}, spelled like this; rename it or remove it"
        )
    if stem not in tables or not set(endings) <= _DATA:
        return
    if tables[stem] and endings and set(endings) <= _BESIDE and not entry.is_dir():
        return
    if not entry.is_dir() and not entry.is_file():
        raise BadInput(_no_file(entry))
    known = [ending for ending in endings if f".{ending}" in _FORMS]
    if entry.is_dir():
        remedy = f"a folder of Parquet files is called {stem}"
    elif len(endings) == 1 and known:
        remedy = f"rename it to {stem}.{known[0]}"
    else:
        remedy = f"a table is {stem}.parquet, {stem}.csv or a folder {stem} of Parquet files"
    raise BadInput(f"{path} is almost table {stem} and would not be read: {remedy}")


def _meant(name: str) -> tuple[str, list[str]]:
    """A name as its owner means it, without what looks alike: its stem, and its endings."""
    plain = unicodedata.normalize("NFKC", "".join(sign for sign in name if not is_invisible(sign)))
    stem, *endings = plain.casefold().split(".")
    return re.sub(r"[\s-]+", "_", stem.strip()), [ending.strip() for ending in endings]


def _unread(entry: os.DirEntry[str], folder: Path, tables: tuple[str, ...]) -> Unread:
    path = _relative(entry.path, folder)
    if entry.is_dir():
        is_truth = entry.name == "hidden_truth"
        why = _TRUTH if is_truth else "a folder of no table of the contract"
        return Unread(f"{path}/", why)
    if MARKERS.fullmatch(entry.name):
        return Unread(path, "a mark of the program that wrote here")
    if entry.is_symlink() and not entry.is_file():
        return Unread(path, "a link that leads nowhere")
    stem = _meant(entry.name)[0]
    if stem == LINKS:
        return Unread(path, "links of account ids, which only `warehouse import` reads")
    if stem in tables:
        return Unread(path, f"no file of table {stem}, by its ending")
    close = get_close_matches(stem, tables, n=1, cutoff=0.75)
    hint = f"; did you mean {close[0]}?" if close else ""
    return Unread(path, f"no table of the contract{hint}")


def _relative(path: str | Path, folder: Path) -> str:
    return printable_line(Path(path).relative_to(folder).as_posix())


def _require_text(entry: os.DirEntry[str]) -> None:
    try:
        entry.path.encode()
    except UnicodeEncodeError:
        raise BadInput(
            f"{shown(Path(entry.path))}: the name is not UTF-8 text: rename it"
        ) from None


def require_readable(file: Path) -> os.stat_result:
    """The state of an input file. Raises BadInput where it is gone, empty or closed to us."""
    try:
        with file.open("rb") as handle:
            status = os.fstat(handle.fileno())
    except PermissionError:
        raise BadInput(f"{shown(file)} may not be read: give its reader permission") from None
    except OSError as error:
        raise BadInput(f"{shown(file)} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise BadInput(f"{shown(file)} is no ordinary file: put a file there")
    if status.st_size == 0:
        raise BadInput(f"{shown(file)} is empty")
    return status
