"""The raw folder: what the contract says, what is there, what is poorer without the rest."""
