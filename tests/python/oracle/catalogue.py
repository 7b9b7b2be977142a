"""What the ledger needs to know of products and plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oracle.ids import clean_id
from oracle.rows import Plan, Product


@dataclass(frozen=True)
class Catalogue:
    """Options, successors and plans by id."""

    add_ons: frozenset[str] = frozenset()
    successors: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, products: Iterable[Product], plans: Iterable[Plan] = ()) -> "Catalogue":
        """Read the product and plan rows."""
        rows = list(products)
        return cls(
            frozenset(x.product_id for x in rows if x.parent_product_id is not None),
            {
                x.product_id: x.successor_product_id
                for x in rows
                if x.successor_product_id is not None
            },
            {clean_id(x.plan_id) or "": x for x in plans},
        )
