"""The files of an export: which ones belong to a table, and what stands in them, as rows.

`find_files` says which files a name means, `open_files` makes one relation of them. Text arrives
as text, whatever its encoding, its separator and its format; what could mean two things is refused
with the option that decides it.
"""

from __future__ import annotations

from expansion_warehouse.importers.files.finding import find_files
from expansion_warehouse.importers.files.opening import open_files
from expansion_warehouse.importers.files.options import FileOptions, Opened

__all__ = ["FileOptions", "Opened", "find_files", "open_files"]
