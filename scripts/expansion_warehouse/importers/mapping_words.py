"""The words of a mapping file, as typed models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

UNITS = {
    **{"千": "1000", "千円": "1000", "万": "10000", "万円": "10000", "百万": "1000000"},
    **{"百万円": "1000000", "億": "100000000", "億円": "100000000", "%": "0.01", "％": "0.01"},
}
SHIFTS = {"-1 day": "day_before", "+1 day": "day_after"}


def _as_text(value: Any) -> Any:
    """A scalar of YAML as text: `1`, `2.50` and `true` are written as they will be compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_codes(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    for code in value:
        if isinstance(code, bool):
            raise ValueError("yes, no, on and off need quotes as codes")
    return {_as_text(code): _as_text(meaning) for code, meaning in value.items()}


def _as_list(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    return [_as_text(entry) for entry in listed]


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[list[str], BeforeValidator(_as_list)]


class Described(BaseModel):
    """A part of a mapping; keys that it does not know are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class Column(Described):
    """Where a column of the contract comes from, and what is done to it on the way."""

    header: str | None = None
    headers: list[str] = []
    join: str = "-"
    value: Text | None = None
    hash: bool = False
    codes: Annotated[dict[str, str], BeforeValidator(_as_codes)] = {}
    other: Text | None = Field(default=None, alias="else")
    unit: Text | None = None
    per: Text | None = None
    shift: str | None = None
    default: Text | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Column:
        if sum([self.header is not None, bool(self.headers), self.value is not None]) != 1:
            raise ValueError("say one of header, headers and value")
        if "join" in self.model_fields_set and not self.headers:
            raise ValueError("join says what stands between headers: say headers")
        if self.other is not None and not self.codes:
            raise ValueError("else says what other codes mean: say codes")
        if self.shift is not None and self.shift not in SHIFTS:
            raise ValueError(f"shift is one of {', '.join(SHIFTS)}, not {self.shift!r}")
        if self.unit is not None and self.factor is None:
            raise ValueError(f"unit is a number or one of {', '.join(UNITS)}, not {self.unit!r}")
        if self.per is not None and not _is_number(self.per):
            raise ValueError(f"per is a number, as 12 for an amount of a year, not {self.per!r}")
        return self

    @property
    def read(self) -> list[str]:
        """The headers that it reads."""
        return [self.header] if self.header is not None else list(self.headers)

    @property
    def factor(self) -> str | None:
        """What one unit is worth, as a number."""
        if self.unit is None or self.unit in UNITS:
            return UNITS.get(self.unit or "")
        return self.unit if _is_number(self.unit) else None

    @property
    def is_share(self) -> bool:
        """Whether the numbers are percentages."""
        return self.unit in ("%", "％")


class Rows(Described):
    """Which rows are taken: those whose cell is one of `only`, and none of `skip`."""

    header: str
    only: Texts = []
    skip: Texts = []
    reason: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Rows:
        if bool(self.only) == bool(self.skip):
            raise ValueError("say only or skip")
        return self


class Record(Described):
    """Rows that continue the record above them, as those of a table inside a kintone record."""

    starts: str = "レコードの開始行"
    rows: list[str]


def _as_column(value: Any) -> Any:
    return {"header": value} if isinstance(value, str) else value


def _not_empty(entries: list[Entry]) -> list[Entry]:
    if not entries:
        raise ValueError("a mapping has at least one entry below files")
    return entries


class Form(Described):
    """How files are written, where that cannot be told from them."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


class Entry(Form):
    """What becomes of the rows of some files: rows of one table of the contract."""

    file: Texts = ["*"]
    table: str
    columns: dict[str, Annotated[Column, BeforeValidator(_as_column)]]
    rows: Annotated[list[Rows], BeforeValidator(lambda x: x if isinstance(x, list) else [x])] = []
    distinct: list[str] = []
    record: Record | None = None
    optional: bool = False

    @property
    def headers(self) -> list[str]:
        """Every header that it reads, once."""
        read = [header for column in self.columns.values() for header in column.read]
        read += [rows.header for rows in self.rows]
        if self.record is not None:
            read += self.record.rows
        return list(dict.fromkeys(read))


class MappingText(Form):
    """The content of a mapping file; its form is that of all files that state none."""

    title: str
    notes: str | None = None
    settings: dict[str, Any] = {}
    files: Annotated[list[Entry], AfterValidator(_not_empty)]
    not_used: dict[str, str] = {}

    @property
    def entries(self) -> list[Entry]:
        """The entries with the form of their files."""
        own = {name: getattr(self, name) for name in Form.model_fields}
        return [
            entry.model_copy(
                update={name: form for name, form in own.items() if getattr(entry, name) is None}
            )
            for entry in self.files
        ]


def _is_number(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False
