"""Reads a whole book: every table, and what is put aside."""

from oracle import rows
from oracle.attributes import parse_attributes
from oracle.ids import Ids
from oracle.parsing import (
    Line,
    LineReader,
    Parsed,
    Rejected,
    collisions,
    drop_repeats,
    parse_account,
    parse_pause,
    parse_receivable,
    read_date,
    split_conflicts,
)
from oracle.settings import Settings
from oracle.stubs import split_stubs


def parse(book: rows.Book, settings: Settings) -> Parsed:
    """Read a whole book."""
    zone = settings.business_timezone
    ids = Ids(book)
    reader = LineReader(book, settings)
    read = [reader.read(raw) for raw in book.contract_lines]
    lines, duplicates = drop_repeats(line for line in read if isinstance(line, Line))
    lines, short = split_stubs(lines, settings)
    kept, clashing = split_conflicts(lines)
    pauses = (parse_pause(raw, ids, zone) for raw in book.service_pauses)
    receivables = (parse_receivable(raw, ids, zone) for raw in book.invoices)
    read_accounts = (parse_account(raw, ids, zone) for raw in book.accounts)
    accounts = [account for account in read_accounts if account is not None]
    return Parsed(
        lines=sorted(kept, key=lambda line: line.line_id),
        accounts=accounts,
        pauses=[pause for pause in pauses if pause is not None],
        receivables=[row for row in receivables if row is not None],
        rejected=[row for row in read if isinstance(row, Rejected)] + short + clashing,
        duplicates=duplicates,
        id_collisions=collisions(book),
        has_payment_dates=any(
            read_date(row.paid_on, zone) or row.paid_amount is not None for row in book.invoices
        ),
        attributes=parse_attributes(
            book.account_attributes, ids, {row.account_id for row in accounts}, zone
        ),
    )
