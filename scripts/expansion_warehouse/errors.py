"""The ways a command can end other than well; each carries one line for the person who ran it."""


class WarehouseError(Exception):
    """Base of every error that the command line prints as one line."""

    exit_code = 1


class CheckFailed(WarehouseError):
    """A test or an expectation failed: nothing was published (exit code 1)."""

    exit_code = 1


class BadInput(WarehouseError):
    """Wrong usage or wrong input: nothing was built (exit code 2)."""

    exit_code = 2


class BuildRunning(WarehouseError):
    """Another build holds the lock of this warehouse home (exit code 3)."""

    exit_code = 3


class NoSignal(WarehouseError):
    """The past says nothing that a score could be fitted to: nothing was written (exit code 4)."""

    exit_code = 4


class DatabaseDamaged(BadInput):
    """The build database cannot be read any more; it holds nothing that a build does not make."""
