"""Faults put into the models on purpose: a unit test notices each that changes a result."""
