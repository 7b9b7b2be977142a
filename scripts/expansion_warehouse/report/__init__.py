"""The report of a run: pages for a browser, made of the run's marts alone."""

REPORT, FIRST_PAGE = "report", "report.html"
