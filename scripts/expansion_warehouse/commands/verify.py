"""`warehouse verify`: nothing is built while it looks, where it may hold the lock."""

from __future__ import annotations

from contextlib import nullcontext

from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.verify import Verdict, verify_home


def run_verify(places: Places, run_id: str | None, every: bool) -> Verdict:
    """Look at runs, seals and their chain; see `verify_home`.

    Raises BuildRunning while a build changes what would be looked at. Who may only read a home
    looks without the lock.
    """
    if not places.published.is_dir() and not places.closed.is_dir():
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    with build_lock(places.lock) if _may_write(places) else nullcontext():
        return verify_home(places.published, places.closed, run_id, every)


def _may_write(places: Places) -> bool:
    try:
        places.lock.open("a").close()
    except OSError:
        return False
    return True
