"""Cells drawn from a published run, each recomputed from what `warehouse explain` prints of it."""
