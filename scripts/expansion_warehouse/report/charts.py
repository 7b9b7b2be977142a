"""The chart library, as the package that brings it bundles it.

Bundling takes four seconds, so a build begins with it in a thread and a home keeps it.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

PACKAGE = "vl-convert-python"
FILE = "charts.js"
# What the pages use of it.
_USED = "window.vegaEmbed = vegaEmbed;"


def chart_script(kept: Path | None = None) -> str:
    """The script; `kept` is a folder that keeps it from one time to the next."""
    file = kept / f"charts-{version(PACKAGE)}.js" if kept else None
    if file is not None and file.is_file():
        return file.read_text(encoding="utf-8")
    import vl_convert  # noqa: PLC0415 (85 MB, and only where nothing is kept)

    # A function of its own, so that the names of the library stay inside it.
    script = f"(() => {{\n{vl_convert.javascript_bundle(_USED)}\n}})();\n"
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.part")
        unfinished.write_text(script, encoding="utf-8")
        unfinished.rename(file)
    return script


def chart_script_ahead(kept: Path) -> Future[str]:
    """The script to come, made while other work goes on."""
    pool = ThreadPoolExecutor(max_workers=1)
    future = pool.submit(chart_script, kept)
    pool.shutdown(wait=False)
    return future
