"""The report of a run: pages for a browser, made of the run's marts alone."""
