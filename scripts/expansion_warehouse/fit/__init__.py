"""Weights of the health score, estimated from the book's own past and judged on later months."""
