"""What differs between two published runs: their numbers, and what made them."""
