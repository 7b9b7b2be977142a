"""What the larger commands do, step by step, out of the other rooms."""
