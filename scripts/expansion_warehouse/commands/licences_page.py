"""`docs/licences.md`, from the bill of materials that `make sbom` writes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEAD = """# Licences

What an installation for use brings along (`requirements.lock`), as its packages declare it. \
Written by `make sbom`, which also writes `target/sbom.json` (CycloneDX); a test compares it with \
the lock file.

| package | version | licence |
|---|---|---|
"""


# Packages whose declaration only people can read.
READ = {"protobuf": "BSD-3-Clause"}


def licence_of(component: Mapping[str, Any]) -> str:
    """Everything that a package declares, by identifiers of SPDX and by classifiers."""
    said = []
    for entry in component.get("licenses") or ():
        licence = entry.get("license") or {}
        if licence.get("acknowledgement", "declared") == "declared":
            name = entry.get("expression") or licence.get("id") or licence.get("name") or ""
            said.append(name.rpartition(":: ")[2].strip())
    return "; ".join(dict.fromkeys(said)) or READ.get(component["name"], "not declared")


def page(bill: Mapping[str, Any]) -> str:
    """One row per package, sorted by its normalised name."""
    rows = sorted(
        (re.sub(r"[-_.]+", "-", part["name"]).lower(), part["version"], licence_of(part))
        for part in bill["components"]
    )
    return HEAD + "".join(
        f"| {name} | {version} | {licence} |\n" for name, version, licence in rows
    )


if __name__ == "__main__":
    sys.stdout.write(page(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
