-- The ranges by which the newest month is judged, as the scorecard has them.
select metric, benchmark_low, benchmark_high
from kpi_scorecard
where month = (select max(month) from kpi_scorecard) and benchmark_low is not null
group by metric, benchmark_low, benchmark_high
order by metric
