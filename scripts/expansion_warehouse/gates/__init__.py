"""The quality gates: what is expected of a raw folder and of finished marts, and their pages."""
