"""What an offer is called."""

from __future__ import annotations

from expansion_warehouse.monday.marts import Marts, Row
from expansion_warehouse.monday.words import spoken


def offer_in_words(row: Row, marts: Marts) -> str:
    """The kind of an offer with product and plan by their names."""
    product = marts.products.get(row["product_id"], row["product_id"])
    plan = marts.plans.get(row["plan_id"], row["plan_id"])
    named = f"{product}, {plan}" if plan else str(product)
    return f"{spoken(row['offer_class'])}: {named}"
