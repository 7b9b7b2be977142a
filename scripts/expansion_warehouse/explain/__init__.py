"""How a published cell came about: out of which cells, accounts, lines and rules."""
