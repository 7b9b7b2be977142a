-- Nothing is shown of an experiment that still runs, or whose split failed.
select
    experiment_id,
    variant,
    status
from {{ ref('kpi_experiments') }}
where
    status in ('running', 'srm_failed')
    and (
        wins is not null
        or win_rate is not null
        or lift is not null
        or ci_low is not null
        or ci_high is not null
        or p_value is not null
        or mde is not null
    )
