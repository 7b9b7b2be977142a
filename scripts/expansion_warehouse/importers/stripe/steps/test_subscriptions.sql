-- One row per subscription of test mode: what belongs to it is left out with it.
select distinct id
from source.subscriptions
where livemode = 'false' and id is not null and getvariable('test_mode') <> 'keep'
