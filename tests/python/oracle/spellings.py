"""Days, moments and numbers in other spellings than the plain ones, by the specification (7.2)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

# Each era with its first day that has a day of the calendar; it ends where the next one begins.
ERAS = (
    ("M", "明治", 1868, date(1873, 1, 1)),
    ("T", "大正", 1912, date(1912, 7, 30)),
    ("S", "昭和", 1926, date(1926, 12, 25)),
    ("H", "平成", 1989, date(1989, 1, 8)),
    ("R", "令和", 2019, date(2019, 5, 1)),
)
WEEK = "月火水木金土日"
POWERS = (
    *(("兆", 10**12), ("十億", 10**9), ("億", 10**8), ("千万", 10**7), ("百万", 10**6)),
    *(("万", 10**4), ("千", 10**3)),
)
MINUS = set("-‐‑‒–−▲△")


class UnreadableError(ValueError):
    """A text that means nothing, or may mean two things."""


def spelled_moment(text: str) -> datetime:
    """The moment a normalised text names; aware where it is exact, else by the writer's clock."""
    if re.fullmatch(r"\d+(\.\d+|[ T]?\d{6})?", text):
        return _digits(text)
    day, rest = _day(text)
    offset = re.search(r"(?<=\S) ?(?:Z|z|([+-])(\d\d):?(\d\d)?)$", rest)
    if offset is None:
        return _clock(day, rest)
    hours, minutes = int(offset[2] or 0), int(offset[3] or 0)
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if offset[1] == "-" else 1)
    if abs(ahead) > timedelta(hours=14) or minutes > 59 or not rest[: offset.start()].strip():
        raise UnreadableError(text)
    return (_clock(day, rest[: offset.start()]) - ahead).replace(tzinfo=UTC)


def _digits(text: str) -> datetime:
    if compact := re.fullmatch(r"(\d{8})(?:[ T]?(\d{6}))?", text):
        return _joined(compact[1], compact[2] or "000000")
    whole, _, fraction = text.partition(".")
    part = Fraction(int(fraction or 0), 10 ** len(fraction))
    if len(whole) == 5 and int(whole) >= 29221:
        thousandths = round(part * 86_400_000)
        return datetime(1899, 12, 30) + timedelta(int(whole), milliseconds=thousandths)
    per_second = {10: 1, 13: 1000, 16: 1_000_000}.get(len(whole))
    if per_second is None or (part and per_second > 1):
        raise UnreadableError(text)
    try:
        _joined(whole[:8], (whole[8:14] + "0000")[:6])
    except UnreadableError:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            microseconds=int((int(whole) + part) * 1_000_000 / per_second)
        )
        if moment.year <= 2200:
            return moment
    raise UnreadableError(text)


def _joined(day: str, clock: str) -> datetime:
    numbers = [int(day[:4]), int(day[4:6]), int(day[6:])]
    times = [int(clock[i : i + 2]) for i in (0, 2, 4)]
    try:
        moment = datetime(*numbers, *times)  # type: ignore[arg-type]
    except ValueError as error:
        raise UnreadableError(day + clock) from error
    if not 1970 <= moment.year <= 2200:
        raise UnreadableError(day + clock)
    return moment


def _day(text: str) -> tuple[date, str]:
    """The day at the beginning of a text, and what stands behind it."""
    era, rest = _era(text)
    if "年" in rest:
        year, _, rest = rest.partition("年")
        month, _, rest = rest.partition("月")
        day, mark, rest = rest.partition("日")
        if not mark:
            raise UnreadableError(text)
    else:
        parts = re.match(r"(\d+|元)([./-])(\d{1,2})\2(\d{1,2})(?!\d)", rest)
        if parts is None:
            raise UnreadableError(text)
        year, month, day, rest = parts[1], parts[3], parts[4], rest[parts.end() :]
    year, month, day = year.strip(), month.strip(), day.strip()
    years = r"\d{4}" if era is None else r"\d{1,2}|元"
    if not re.fullmatch(years, year) or len(month) > 2 or len(day) > 2:
        raise UnreadableError(text)
    try:
        found = _in_era(era, 1 if year == "元" else int(year), int(month), int(day))
    except (ValueError, OverflowError) as error:
        raise UnreadableError(text) from error
    return found, _without_weekday(found, rest)


def _era(text: str) -> tuple[int | None, str]:
    for place, (letter, name, _, _) in enumerate(ERAS):
        for written in (letter, letter.lower(), name):
            if text.startswith(written):
                return place, text[len(written) :].lstrip()
    return None, text


def _in_era(era: int | None, year: int, month: int, day: int) -> date:
    if era is None:
        return date(year, month, day)
    _, _, first_year, first = ERAS[era]
    found = date(first_year + year - 1, month, day)
    following = ERAS[era + 1][3] if era + 1 < len(ERAS) else date.max
    if not first <= found < following:
        raise UnreadableError(str(found))
    return found


def _without_weekday(day: date, rest: str) -> str:
    said = re.match(rf"\s*(?:\(([{WEEK}])(?:曜|曜日)?\)|([{WEEK}])(?:曜日|曜))", rest)
    if said is None:
        return rest
    if WEEK[day.weekday()] != (said[1] or said[2]):
        raise UnreadableError(rest)
    return rest[said.end() :]


def _clock(day: date, text: str) -> datetime:
    if not text.strip():
        return datetime.combine(day, time())
    text = text.removeprefix("T").strip()
    late = False
    twelve_first = False
    upper = text.upper().replace("A.M.", "AM").replace("P.M.", "PM")
    for word in ("AM", "PM", "午前", "午後"):
        if upper.startswith(word) or (upper.endswith(word) and word in ("AM", "PM")):
            twelve_first = upper.endswith(word)
            late = word in ("PM", "午後")
            upper = upper.replace(word, "", 1).strip()
            break
    else:
        word = ""
    by_colons = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    by_names = r"(\d{1,2})時(?: ?(\d{1,2})分(?: ?(\d{1,2})秒)?)?"
    numbers = re.fullmatch(by_colons, upper) or re.fullmatch(by_names, upper)
    if numbers is None:
        raise UnreadableError(text)
    hour = int(numbers[1])
    if word and twelve_first and not (1 <= hour <= 12 or (hour == 0 and not late)):
        raise UnreadableError(text)
    if word and not twelve_first and hour > 11:
        raise UnreadableError(text)
    hour = hour % 12 + 12 * late if word else hour
    minute, second = int(numbers[2] or 0), int(numbers[3] or 0)
    if max(minute, second) > 59 or (hour, minute, second) > (24, 0, 0):
        raise UnreadableError(text)
    fraction = numbers.groups()[3:]
    micros = int(((fraction and fraction[0]) or "0").ljust(6, "0")[:6])
    return datetime.combine(day, time()) + timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=micros
    )


def spelled_number(text: str, marks: tuple[str, ...]) -> Fraction:
    """A normalised number; one of the marks may stand before and behind it, or behind its sign."""
    body = _without_marks(text, marks)
    signs = [
        (body.startswith("(") and body.endswith(")"), -1, body[1:-1]),
        (body[:1] in MINUS, -1, body[1:]),
        (body.startswith("+"), 1, body[1:] if body[1:2] != " " else ""),
        (body.endswith(("-", "−")), -1, body[:-1]),
    ]
    for is_there, sign, rest in signs:
        if is_there:
            return sign * _size(_without_marks(rest.strip(), marks))
    return _size(body)


def _without_marks(text: str, marks: tuple[str, ...]) -> str:
    before = next((mark for mark in marks if text.startswith(mark)), "")
    text = text.removeprefix(before).lstrip()
    behind = next((mark for mark in marks if text.endswith(mark)), "")
    return text.removesuffix(behind).rstrip()


def _size(text: str) -> Fraction:
    if power := re.fullmatch(r"(.*?)[eE]([+-]?\d{1,3})", text):
        return _plain(power[1]) * Fraction(10) ** int(power[2])
    for mark in "'’ ":
        if re.fullmatch(rf"\d{{1,3}}({mark}\d{{3}})+(\.\d+)?", text):
            return Fraction(text.replace(mark, ""))
    return _plain(text) if text[-1:].isdigit() and text.isascii() else _with_units(text)


def _plain(text: str) -> Fraction:
    if not re.fullmatch(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text):
        raise UnreadableError(text)
    return Fraction(text.replace(",", ""))


def _with_units(text: str) -> Fraction:
    """Every unit is below the one before, and what it counts does not reach that one."""
    if not text:
        raise UnreadableError(text)
    total, limit, left = Fraction(0), Fraction(10**30), text
    for unit, power in POWERS:
        head, found, tail = left.partition(unit)
        if not found or not re.fullmatch(r"[\d,.]+ ?", head):
            continue
        part = _plain(head.strip()) * power
        if part >= limit or ("." in text and tail.strip()):
            raise UnreadableError(text)
        total, limit, left = total + part, Fraction(power), tail.strip()
    if left and (len(left) == 1 or "." in text or _plain(left) >= limit):
        raise UnreadableError(text)
    return total + (_plain(left) if left else 0)
