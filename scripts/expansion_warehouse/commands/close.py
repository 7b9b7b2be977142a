"""`warehouse close` and `warehouse reopen`: who refuses has made nothing, not even the lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expansion_warehouse.engine.database import require_free
from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.closings import Said
from expansion_warehouse.publish.history import read_history
from expansion_warehouse.publish.runs import Run, current_run, require_whole, write_latest
from expansion_warehouse.publish.seals import (
    Seal,
    list_seals,
    months_to_seal,
    parse_month,
    reopen_seal,
    seal_to_reopen,
    verify_seals,
    write_seal,
)
from expansion_warehouse.publish.verify import begin_logs, finish_seals
from expansion_warehouse.storage import FileMode, file_mode, require_room, share, size_of


def run_close(
    places: Places, month: str, said: Said, mode: FileMode = FileMode.PRIVATE
) -> tuple[list[Seal], Run]:
    """Seal a month of the published run, and every earlier month that is not sealed yet.

    Returns the new seals, none where the month was sealed before, and the run they were taken
    from. Raises BadInput, CheckFailed or BuildRunning; nothing is sealed then, and what was asked
    for in a wrong home or of a wrong month has written nothing at all.
    """
    wanted = parse_month(month)
    run, months = _to_seal(places, wanted)
    if not months and not places.lock.exists():
        return [], run
    with _held(places, mode):
        run, months = _to_seal(places, wanted)
        seals = list_seals(places.closed)
        verify_seals(seals, run, run.manifest.get("vars") or {}, read_history(places.history))
        if not months:
            return [], run
        if require_free(places.database):
            raise BadInput(
                "the build database was damaged: run `warehouse build` first, then close"
            )
        require_room(places.home, size_of(run.path), "closing")
        begin_logs(places.published, places.closed, said.at)
        share(places.closed, mode)
        made = [
            write_seal(
                month=name,
                run=run,
                database=places.database,
                closed=places.closed,
                said=said,
                mode=mode,
            )
            for name in months
        ]
        write_latest(places.published)
        return made, run


def _to_seal(places: Places, wanted: str) -> tuple[Run, list[str]]:
    """The published run and the months of it that are to be sealed; nothing is written."""
    run = current_run(places.published)
    if run is None:
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    require_whole(run)
    sealed = [seal.month for seal in list_seals(places.closed)]
    months = months_to_seal(run, wanted, sealed)
    if months and not places.database.exists():
        raise BadInput("there is no build database: run `warehouse build` first")
    return run, months


def run_reopen(
    places: Places, month: str, said: Said, mode: FileMode = FileMode.PRIVATE
) -> tuple[Seal, Path]:
    """Take the newest seal out of force and keep it; the seal, and where it is kept.

    Raises BadInput, CheckFailed or BuildRunning; nothing has changed then.
    """
    wanted = parse_month(month)
    if not places.home.is_dir():
        raise BadInput(f"there is no home {shown(places.home)}: name it with --home")
    seal_to_reopen(list_seals(places.closed), wanted)
    with _held(places, mode):
        seals = list_seals(places.closed)
        run = current_run(places.published)
        settings = seals[-1].facts["settings"] if seals else {}
        verify_seals(seals, run, settings, read_history(places.history))
        seal = seal_to_reopen(seals, wanted)
        begin_logs(places.published, places.closed, said.at)
        kept = reopen_seal(seal, run=run.run_id if run else None, said=said)
        write_latest(places.published)
        return seal, kept


@contextmanager
def _held(places: Places, mode: FileMode) -> Iterator[None]:
    """The lock of a home, once what an earlier command left unfinished is done."""
    with file_mode(mode), build_lock(places.lock):
        finish_seals(places.closed, places.history)
        yield
