-- One row per recurring line: the last period that was billed, which tells what has changed since and where it ends.
select * from step.priced_periods as priced
qualify row_number() over (partition by line_id order by from_day desc) = 1
