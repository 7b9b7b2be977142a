"""Corruptions of a small company, what becomes of each, and a campaign of thousands of them."""
