"""What DuckDB lacks and the models need, registered on every connection that dbt opens.

Profiles name this module (`plugins: - module: expansion_warehouse.plugin`), so its path stays.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from expansion_warehouse.functions import register_functions


class Plugin(BasePlugin):
    """dbt-duckdb plugin: scalar functions in plain Python."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the folder of the database, so that plain dbt begins like the command does."""
        if self.creds is not None:
            Path(self.creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: Any) -> None:
        """Register the functions on a connection that was just opened."""
        register_functions(conn)
