"""What pyproject.toml cannot say: the dbt project lies in the wheel, below the package.

In the repository it stays where it is, and an editable installation finds it there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "scripts"))

from expansion_warehouse.project_files import INSTALLED, project_files  # noqa: E402


class BuildWithProject(build_py):
    """The package, with the dbt project in a folder of it."""

    def run(self) -> None:
        """Copy both."""
        super().run()
        if not self.editable_mode:
            for source, target in self._project():
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What is copied."""
        copied = [] if self.editable_mode else [target for _, target in self._project()]
        return [*super().get_outputs(include_bytecode), *copied]

    def get_source_files(self) -> list[str]:
        """What a source distribution holds."""
        return [*super().get_source_files(), *(source for source, _ in self._project())]

    def _project(self) -> list[tuple[str, str]]:
        """Each file of the project as setuptools names it here, and where it goes."""
        folder = Path(self.build_lib) / "expansion_warehouse" / INSTALLED
        return [(str(file), str(folder / file)) for file in project_files(ROOT)]


setup(cmdclass={"build_py": BuildWithProject})
