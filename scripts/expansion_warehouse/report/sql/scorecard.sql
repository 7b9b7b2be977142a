select month, metric, basis, value, n, unit, benchmark_low, benchmark_high, target, status, source
from kpi_scorecard
order by month desc, metric, basis
