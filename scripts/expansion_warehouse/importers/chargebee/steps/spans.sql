-- One row per subscription: the first and the last day from which it was billed.
select
    subscription_id,
    min(from_day) as from_day,
    max(from_day) as last_from_day
from step.priced_periods as priced
group by subscription_id
