"""Days, moments and numbers as Japan, spreadsheets and ledgers write them, as plain text.

The one home of these spellings, for raw folders and imports alike. What may mean two things has no
reading: the functions then give nothing, and whoever asked keeps the text as it came.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any

# Letter, first year, first and last day of each era; until 1872 months were those of the moon. A
# day that its era does not have may be a slip of the era or of the year, so it has no reading.
ERAS = {
    "明治": ("M", 1868, date(1873, 1, 1), date(1912, 7, 29)),
    "大正": ("T", 1912, date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": ("S", 1926, date(1926, 12, 25), date(1989, 1, 7)),
    "平成": ("H", 1989, date(1989, 1, 8), date(2019, 4, 30)),
    "令和": ("R", 2019, date(2019, 5, 1), date(9999, 12, 31)),
}
# Spreadsheets count days from here: so they do from March 1900 on, after a leap day that never was.
SERIAL_ZERO = date(1899, 12, 30)
# Five digits below (1980-01-01) may be a year and a day of it, 26091.
FIRST_SERIAL = 29_221
FIRST_YEAR, LAST_YEAR = 1970, 2200
# Marks (after NFKC) that may stand beside an amount of a currency, in any case. Fonts of CP932 show
# the backslash as a yen sign.
CURRENCY_MARKS = {
    "JPY": ("JPY", "¥", "円", "\\"),
    "CNY": ("CNY", "¥", "元"),
    "USD": ("USD", "US$", "$"),
    "EUR": ("EUR", "€"),
    "GBP": ("GBP", "£"),
    "KRW": ("KRW", "₩"),
    "INR": ("INR", "₹"),
}
# Tens that a unit stands for; of two that begin alike the longer one comes first.
UNITS = {"兆": 12, "十億": 9, "億": 8, "千万": 7, "百万": 6, "万": 4, "千": 3}

_LONGEST = 60
_SIGNS = "-\u2010\u2011\u2012\u2013\u2212▲△"
_WEEKDAYS = "月火水木金土日"
_EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000}
_LETTERS = {letter: name for name, (letter, *_) in ERAS.items()}

_DAY = re.compile(
    rf"(?:(?P<era>{'|'.join(ERAS)}|[{''.join(_LETTERS)}])\s*(?P<year>元|[0-9]{{1,2}})|(?P<common>[0-9]{{4}}))"
    r"\s*(?:(?P<kanji>年)|(?P<mark>[./-]))\s*(?P<month>[0-9]{1,2})"
    r"\s*(?(kanji)月|(?P=mark))\s*(?P<day>[0-9]{1,2})(?(kanji)\s*日)"
    rf"(?:\s*\((?P<in_brackets>[{_WEEKDAYS}])(?:曜日?)?\)|\s*(?P<weekday>[{_WEEKDAYS}])曜日?)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?P<before>午前|午後|[AP]M)?\s*(?P<hour>[0-9]{1,2})"
    r"(?:(?P<kanji>時)(?:\s*(?P<minute>[0-9]{1,2})分(?:\s*(?P<second>[0-9]{1,2})秒)?)?"
    r"|:(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)"
    r"(?:\s*(?P<after>[AP]\.?M\.?))?\s*(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"([0-9]{8})(?:[T ]?([0-9]{6}))?")
_SERIAL = re.compile(r"([0-9]{5})(?:[.]([0-9]+))?")
_EPOCH = re.compile(r"([0-9]{10}|[0-9]{13}|[0-9]{16})(?:[.]0+)?|([0-9]{10})[.]([0-9]{1,6})")
_WHOLE = r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)"
_BODY = re.compile(rf"{_WHOLE}(?:[.][0-9]+)?(?:E[+-]?[0-9]+)?", re.IGNORECASE)
_APART = re.compile(r"[0-9]{1,3}(?:(?P<mark>['’ ])[0-9]{3})(?:(?P=mark)[0-9]{3})*(?:[.][0-9]+)?")
_TOKEN = re.compile(rf"({_WHOLE}(?:[.][0-9]+)?)\s*({'|'.join(UNITS)}|$)\s*")


def plain_day(text: str | None) -> str | None:
    """A day, also with a midnight behind it, as `YYYY-MM-DD`; nothing where the text is none."""
    found = _moment(_normal(text))
    if found is None or found[1] or not found[2]:
        return None
    return found[0].date().isoformat()


def plain_moment(text: str | None) -> str | None:
    """A day or a moment as `YYYY-MM-DDTHH:MM:SS`, with fractions where they are written.

    With `Z` it is UTC; without, it is by the clocks of whoever wrote it.
    """
    found = _moment(_normal(text))
    return None if found is None else found[0].isoformat() + ("Z" if found[1] else "")


def plain_number(text: str | None) -> str | None:
    """A number as plain decimal text; nothing where the text is none, or has a currency mark."""
    return plain_amount(text, None)


@lru_cache(maxsize=8192)
def plain_amount(text: str | None, currency: str | None) -> str | None:
    """As `plain_number`; marks of the currency may stand beside the number."""
    marks = CURRENCY_MARKS.get((currency or "").strip().upper(), ())
    outer = _unmarked(_normal(text), marks)
    inner, is_negative = _unsigned(outer)
    if inner is None:
        return None
    size = _size(_unmarked(inner, marks) if inner is not outer else inner)
    if size is None:
        return None
    return f"-{size}" if is_negative and size != "0" else size


def plain_ratio(text: str | None) -> str | None:
    """As `plain_number`; a percentage is the share that it is of a hundred."""
    written = _normal(text)
    if not written.endswith("%"):
        return plain_number(text)
    number = plain_number(written[:-1])
    return None if number is None else _shifted(number, -2)


def register_spellings(connection: Any) -> None:
    """Register them on a DuckDB connection, by their names."""
    for function in (plain_day, plain_moment, plain_number, plain_ratio):
        connection.create_function(
            function.__name__, function, ["VARCHAR"], "VARCHAR", null_handling="special"
        )
    connection.create_function(
        "plain_amount", plain_amount, ["VARCHAR", "VARCHAR"], "VARCHAR", null_handling="special"
    )


def _normal(text: str | None) -> str:
    """NFKC, one kind of white space, and nothing around it; what is too long says nothing."""
    if text is None or len(text) > _LONGEST:
        return ""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def _moment(text: str) -> tuple[datetime, bool, bool] | None:
    """A moment, whether it is UTC, and whether it is written as a day."""
    if text[:1].isdigit() and (found := _by_digits(text)) is not None:
        return found
    written = _DAY.match(text)
    day = None if written is None else _day(written)
    if written is None or day is None:
        return None
    rest = text[written.end() :]
    clock = rest.lstrip(" Tt") if rest[:1] in ("T", "t") else rest.lstrip()
    if not clock:
        return None if rest.strip() else (datetime(day.year, day.month, day.day), False, True)
    is_cut = rest[:1].isdigit() and text[written.end() - 1].isdigit()
    return None if is_cut else _at(day, clock)


def _day(written: re.Match[str]) -> date | None:
    first, last, year = date.min, date.max, int(written["common"] or 0)
    if era := written["era"]:
        _, first_year, first, last = ERAS[_LETTERS.get(era.upper(), era)]
        year = first_year - 1 + int(written["year"].replace("元", "1"))
    try:
        day = date(year, int(written["month"]), int(written["day"]))
    except ValueError:
        return None
    weekday = written["in_brackets"] or written["weekday"]
    if weekday and _WEEKDAYS.index(weekday) != day.weekday():
        return None
    return day if first <= day <= last else None


def _at(day: date, clock: str) -> tuple[datetime, bool, bool] | None:
    """The moment at which a clock shows a time on a day."""
    time = _TIME.fullmatch(clock)
    if time is None or (time["before"] and time["after"]):
        return None
    hour = int(time["hour"])
    minute = int(time["minute"] or time["minutes"] or 0)
    second = int(time["second"] or time["seconds"] or 0)
    half = (time["before"] or time["after"] or "").replace(".", "").upper()
    if half in ("AM", "PM") and time["after"]:
        # Of the clock with twelve first: 12:30 AM is half an hour after midnight.
        if not 1 <= hour <= 12 and not (half == "AM" and hour == 0):
            return None
        hour = hour % 12 + (12 if half == "PM" else 0)
    elif half:
        # Before the time hours begin with 0, and 12 has been read as noon and as midnight.
        if hour > 11:
            return None
        hour += 12 if half in ("午後", "PM") else 0
    is_next = (hour, minute, second) == (24, 0, 0)
    fraction = (time["fraction"] or "")[:6].ljust(6, "0")
    if (hour > 23 and not is_next) or minute > 59 or second > 59:
        return None
    try:
        moment = datetime(day.year, day.month, day.day) + timedelta(
            hours=hour, minutes=minute, seconds=second, microseconds=int(fraction)
        )
        return _in_utc(moment, time["offset"])
    except OverflowError:
        return None


def _in_utc(moment: datetime, offset: str | None) -> tuple[datetime, bool, bool] | None:
    if not offset:
        return moment, False, moment.time() == datetime.min.time()
    digits = re.sub("[^0-9]", "", offset).ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead > timedelta(hours=14) or int(digits[2:]) > 59:
        return None
    return moment + ahead if offset[0] == "-" else moment - ahead, True, False


def _by_digits(text: str) -> tuple[datetime, bool, bool] | None:
    """A day without separators, a spreadsheet's count of days, or seconds since 1970."""
    if compact := _COMPACT.fullmatch(text):
        moment = _compact(compact[1], compact[2] or "000000")
        return None if moment is None else _in_utc(moment, None)
    if serial := _SERIAL.fullmatch(text):
        return _serial(int(serial[1]), serial[2] or "0")
    if epoch := _EPOCH.fullmatch(text):
        return _epoch(epoch[1] or epoch[2], epoch[3] or "")
    return None


def _compact(day: str, clock: str) -> datetime | None:
    try:
        moment = datetime.strptime(day + clock, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _serial(days: int, fraction: str) -> tuple[datetime, bool, bool] | None:
    if days < FIRST_SERIAL:
        return None
    midnight = datetime(SERIAL_ZERO.year, SERIAL_ZERO.month, SERIAL_ZERO.day) + timedelta(days)
    # Binary fractions of a day are good for milliseconds, not for more.
    thousandths = round(int(fraction) * 86_400_000 / 10 ** len(fraction))
    return midnight + timedelta(milliseconds=thousandths), False, thousandths == 0


def _epoch(digits: str, fraction: str) -> tuple[datetime, bool, bool] | None:
    # The same digits may be a day and an hour (2034040112) without separators.
    if _compact(digits[:8], digits[8:14].ljust(6, "0")) is not None:
        return None
    micros = int(digits) * (1_000_000 // _EPOCHS[len(digits)]) + int(fraction.ljust(6, "0") or 0)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return (moment.replace(tzinfo=None), True, False) if moment.year <= LAST_YEAR else None


def _unmarked(text: str, marks: tuple[str, ...]) -> str:
    """A text without one currency mark before and one behind it."""
    for mark in marks:
        if text.upper().startswith(mark):
            text = text[len(mark) :].lstrip()
            break
    for mark in marks:
        if text.upper().endswith(mark):
            text = text[: -len(mark)].rstrip()
            break
    return text


def _unsigned(text: str) -> tuple[str | None, bool]:
    """What stands behind the one sign of a number, and whether that makes it negative."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text[:1] and text[0] in _SIGNS:
        return text[1:].lstrip(), True
    if text.startswith("+"):
        return text[1:], False
    if text[-1:] and text[-1] in "-\u2212":
        return text[:-1].rstrip(), True
    return text or None, False


def _size(text: str) -> str | None:
    """An unsigned number as plain decimal text."""
    if _BODY.fullmatch(text):
        return _decimal(text.replace(",", ""))
    if _APART.fullmatch(text):
        return re.sub("['’ ]", "", text)
    return _in_units(text)


def _in_units(text: str) -> str | None:
    """A number that says its units, largest first: 1億2,000万."""
    total, above, place = Decimal(0), None, 0
    with localcontext(_EXACT):
        while place < len(text):
            token = _TOKEN.match(text, place)
            if token is None:
                return None
            is_alone = place == 0 and token.end() == len(text)
            if "." in token[1] and not is_alone:
                return None
            unit = Decimal(10) ** UNITS.get(token[2], 0)
            part = Decimal(token[1].replace(",", "")) * unit
            # 1万2 is ten thousand and two, or twelve thousand.
            is_short = not token[2] and len(token[1]) == 1
            if above is not None and (max(part, unit) >= above or is_short):
                return None
            total, above, place = total + part, unit, token.end()
        return _decimal(str(total)) if above is not None else None


_EXACT = Context(prec=4 * _LONGEST)


def _shifted(number: str, places: int) -> str | None:
    with localcontext(_EXACT):
        return _decimal(str(Decimal(number).scaleb(places)))


def _decimal(text: str) -> str:
    """Without an exponent, unless it is one that no column has room for."""
    value = Decimal(text)
    if abs(value.adjusted()) > _LONGEST:
        return text
    with localcontext(_EXACT):
        plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
