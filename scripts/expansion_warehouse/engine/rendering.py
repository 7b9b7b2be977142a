"""dbt renders the arguments of a data test without copying everything that they could name.

dbt hands its templates a context that looks macros up when they are called. For models its own
template class reads that context in place; the one for arguments of data tests has Jinja copy it,
two thousand macros for each of 1,400 arguments, which is half of the time that a compilation takes.
"""

from __future__ import annotations


def read_contexts_in_place() -> None:
    """Give both of dbt's template classes the way of the first; nothing where dbt has changed."""
    from dbt_common.clients import jinja

    models = getattr(jinja, "MacroFuzzTemplate", None)
    arguments = getattr(jinja, "NativeSandboxTemplate", None)
    if models and arguments and "new_context" in vars(models).keys() - vars(arguments).keys():
        arguments.new_context = models.new_context
