"""Published runs: how marts become a run that readers see, sealed months, the closing summary."""
