"""Whom nobody may approach on a day, read from the raw folder by rules of its own.

Only what is certain is said: rows that were recorded by the day of knowledge, of the very account,
whose newest version says so. Groups and mergers are left to the warehouse, which may forbid more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from outside.files import Row, Tables
from outside.values import cleaned, number, plain_day


@dataclass(frozen=True)
class Sight:
    """What is looked at: a day, what was recorded by another, and the clock of the company."""

    day: date
    known_until: date
    zone: ZoneInfo

    def since(self, days: int) -> date:
        """The first day of a window of so many days that ends on the day."""
        return self.day - timedelta(days=days - 1)

    def local_day(self, text: str | None) -> date | None:
        """The day of a moment on the company's clock."""
        bare = cleaned(text)
        if not bare:
            return None
        moment = datetime.fromisoformat(bare.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(self.zone).date()

    def is_known(self, row: Row) -> bool:
        recorded = self.local_day(row.get("recorded_at"))
        return recorded is None or recorded <= self.known_until


def forbidden(tables: Tables, sight: Sight) -> dict[str, set[str]]:
    """Accounts that must not be offered anything on the day, each with what forbids it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, rule in RULES.items():
        for account in rule(tables, sight):
            found[account].add(name)
    return found


def in_force(tables: Tables, sight: Sight) -> set[str]:
    """Accounts with a recurring line that covers the day, by the newest version of the line."""
    return {
        row.get("end_customer_account_id") or row["account_id"]
        for row in _newest(tables["contract_lines"], sight, "contract_line_id", "effective_from")
        if row["charge_type"] == "recurring" and _runs(row, sight.day)
    }


def _newest(
    rows: Iterable[Row], sight: Sight, key: str, applies: str | None = None
) -> Iterator[Row]:
    """The newest version of each thing that is known and applies on the day."""
    chosen: dict[str, tuple[tuple[str, str], Row]] = {}
    for row in rows:
        begins = plain_day(row.get(applies)) if applies else None
        if not sight.is_known(row) or (begins is not None and begins > sight.day):
            continue
        rank = (row.get("recorded_at") or "", (row.get(applies) or "") if applies else "")
        if row[key] not in chosen or chosen[row[key]][0] <= rank:
            chosen[row[key]] = (rank, row)
    return (row for _, row in chosen.values())


def _runs(row: Row, day: date) -> bool:
    starts = plain_day(row["starts_on"])
    ends = [plain_day(row.get(name)) for name in ("ends_on", "terminated_on")]
    return (
        starts is not None
        and starts <= day
        and all(end is None or end >= day for end in ends)
        and row.get("status") not in ("void", "paused")
        and row.get("is_deleted") != "true"
    )


def _opted_out(tables: Tables, sight: Sight) -> Iterator[str]:
    for row in _newest(tables["accounts"], sight, "account_id", "effective_from"):
        if row.get("do_not_contact") == "true":
            yield row["account_id"]


def _deciders(tables: Tables, sight: Sight) -> dict[str, list[Row]]:
    """People who decide and have not left, by account."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _newest(tables["contacts"], sight, "contact_id", "effective_from"):
        met = None if row.get("effective_from") else sight.local_day(row.get("recorded_at"))
        left = plain_day(row.get("left_on"))
        is_there = (met is None or met <= sight.day) and (left is None or left > sight.day)
        if row["role"] == "decision_maker" and is_there:
            found[row["account_id"]].append(row)
    return found


def _nobody_who_decides_may_be_contacted(tables: Tables, sight: Sight) -> Iterator[str]:
    for account, people in _deciders(tables, sight).items():
        if all(_refuses(person, sight) for person in people):
            yield account


def _refuses(person: Row, sight: Sight) -> bool:
    days = (plain_day(person.get("opted_out_on")), sight.local_day(person.get("erased_at")))
    is_over = any(day is not None and day <= sight.day for day in days)
    return is_over or person.get("do_not_contact") == "true"


def _gave_notice(tables: Tables, sight: Sight) -> Iterator[str]:
    for row in _newest(tables["contract_lines"], sight, "contract_line_id", "effective_from"):
        notice = plain_day(row.get("cancel_notice_on"))
        is_paid = row["charge_type"] == "recurring" and (number(row["unit_price"]) or 0) > 0
        if notice and notice <= sight.day and is_paid and _runs(row, sight.day):
            yield row.get("end_customer_account_id") or row["account_id"]


def _has_a_severe_ticket(tables: Tables, sight: Sight) -> Iterator[str]:
    for row in _newest(tables["support_tickets"], sight, "ticket_id"):
        opened, closed = sight.local_day(row["opened_at"]), sight.local_day(row.get("closed_at"))
        is_open = opened is not None and opened <= sight.day and (not closed or closed > sight.day)
        if is_open and (number(row.get("severity")) or 9) <= 2:
            yield row["account_id"]


def _on_scale(row: Row, answer: str | None, low: int, high: int) -> Fraction | None:
    """An answer on the usual scale of its kind, whatever it was given on; None where it is none."""
    given = number(answer)
    bottom, top = number(row.get("scale_min")), number(row.get("scale_max"))
    first = Fraction(low if bottom is None else bottom)
    last = Fraction(high if top is None else top)
    if first >= last:
        first, last = Fraction(low), Fraction(high)
    if given is None or not first <= given <= last:
        return None
    return low + (Fraction(given) - first) * (high - low) / (last - first)


def _was_not_satisfied(tables: Tables, sight: Sight) -> Iterator[str]:
    said = [
        (
            row["account_id"],
            sight.local_day(row["responded_at"]),
            _on_scale(row, row["score"], 1, 5),
        )
        for row in _newest(tables["survey_responses"], sight, "response_id")
        if row["survey"] == "csat"
    ] + [
        (
            row["account_id"],
            sight.local_day(row.get("closed_at") or row["opened_at"]),
            _on_scale(row, row.get("csat"), 1, 5),
        )
        for row in _newest(tables["support_tickets"], sight, "ticket_id")
    ]
    for account, day, score in said:
        if day and sight.since(30) <= day <= sight.day and score is not None and score <= 2:
            yield account


def _would_not_recommend(tables: Tables, sight: Sight) -> Iterator[str]:
    latest: dict[str, dict[str, tuple[str, str, bool]]] = defaultdict(dict)
    for row in _newest(tables["survey_responses"], sight, "response_id"):
        day, score = sight.local_day(row["responded_at"]), _on_scale(row, row["score"], 0, 10)
        if row["survey"] != "nps" or score is None or not day:
            continue
        if not sight.since(90) <= day <= sight.day:
            continue
        person = row.get("respondent_id") or f"answer {row['response_id']}"
        answer = (row["responded_at"], row["response_id"], score <= 6)
        people = latest[row["account_id"]]
        people[person] = max(people.get(person, answer), answer)
    deciders = _deciders(tables, sight)
    for account, people in latest.items():
        low = {person for person, (_, _, is_low) in people.items() if is_low}
        names = {row.get(name) for row in deciders.get(account, []) for name in PERSON_IDS}
        if 2 * len(low) >= len(people) or low & names:
            yield account


def _was_just_proposed_to(tables: Tables, sight: Sight) -> Iterator[str]:
    for row in _newest(tables["proposals"], sight, "proposal_id"):
        proposed = plain_day(row.get("proposed_on"))
        if proposed and sight.since(90) <= proposed <= sight.day:
            yield row["account_id"]


def _just_refused(tables: Tables, sight: Sight) -> Iterator[str]:
    for row in _newest(tables["proposals"], sight, "proposal_id"):
        closed = plain_day(row.get("closed_on"))
        if row.get("outcome") == "lost" and closed and sight.since(90) <= closed <= sight.day:
            yield row["account_id"]


def _owes(tables: Tables, sight: Sight) -> Iterator[str]:
    documents = list(_newest(tables["invoices"], sight, "invoice_id"))
    credited = {row["account_id"] for row in documents if row.get("kind") == "credit_note"}
    for row in documents:
        due, paid = plain_day(row.get("due_on")), plain_day(row.get("paid_on"))
        is_late = due is not None and due + timedelta(days=30) < sight.day
        is_open = paid is None or paid > sight.day
        owed = (number(row.get("amount")) or 0) > 0 and row.get("kind") == "invoice"
        if is_late and is_open and owed and row["account_id"] not in credited:
            yield row["account_id"]


PERSON_IDS = ("contact_id", "user_id")
RULES: dict[str, Callable[[Tables, Sight], Iterator[str]]] = {
    "asked not to be contacted": _opted_out,
    "nobody who decides may be contacted": _nobody_who_decides_may_be_contacted,
    "gave notice": _gave_notice,
    "has a severe ticket": _has_a_severe_ticket,
    "was not satisfied": _was_not_satisfied,
    "would not recommend us": _would_not_recommend,
    "was proposed to in the last 90 days": _was_just_proposed_to,
    "refused in the last 90 days": _just_refused,
    "owes for more than 30 days": _owes,
}
