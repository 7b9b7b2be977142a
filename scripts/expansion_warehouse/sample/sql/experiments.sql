-- Two experiments on accounts. The first is over and has a real effect: a sheet with the expected
-- return, sent with a seat proposal, wins far more often. The second still runs and keeps a holdout.
create or replace table experiment_plan as
select * from (values
    ('EXP-ROI-SHEET', 'control', true, 0.5, 0.13),
    ('EXP-ROI-SHEET', 'roi_sheet', false, 0.5, 0.36),
    ('EXP-EARLY-RENEWAL', 'holdout', true, 0.2, 0.0),
    ('EXP-EARLY-RENEWAL', 'early_talk', false, 0.8, 0.0)
) as t(experiment_id, variant, is_control, planned_share, win_chance);

create or replace table experiment_dates as
select
    'EXP-ROI-SHEET' as experiment_id,
    'Return sheet with the seat proposal' as name,
    month_on(getvariable('months') - 10) as starts_on,
    cast(month_on(getvariable('months') - 8) - 1 as date) as ends_on
union all
select
    'EXP-EARLY-RENEWAL', 'Renewal talk three months ahead',
    month_on(getvariable('months') - 2), cast(month_on(getvariable('months') + 2) - 1 as date);

create or replace table assignments as
with candidates as (
    select d.experiment_id, d.starts_on, l.n, draw('arm', d.experiment_id, l.n) as arm
    from experiment_dates as d
    join lives as l on l.start_on <= d.starts_on and (l.end_on is null or l.end_on > d.starts_on)
    join company as c on l.n = c.n and c.kind = 'paying'
),

assigned as (
    select
        *,
        case experiment_id
            when 'EXP-ROI-SHEET' then case when arm < 0.5 then 'control' else 'roi_sheet' end
            else case when arm < 0.2 then 'holdout' else 'early_talk' end
        end as variant
    from candidates
),

proposed as (
    select
        a.*,
        case when a.experiment_id = 'EXP-ROI-SHEET' then starts_on + 2 + pick(20, 'exp_proposed', a.n) end as proposed_on,
        a.experiment_id = 'EXP-ROI-SHEET' and draw('exp_win', a.experiment_id, a.n) < p.win_chance as is_won
    from assigned as a
    join experiment_plan as p using (experiment_id, variant)
)

select
    *,
    cast(starts_on as timestamp) + interval 1 hour + to_seconds(pick(20000, 'assigned', experiment_id, n)) as assigned_at,
    proposed_on + 8 + pick(28, 'exp_closed', n) as closed_on
from proposed;

insert into raw.experiments by name
select p.experiment_id, p.variant, p.is_control, p.planned_share, d.name, d.starts_on, d.ends_on
from experiment_plan as p
join experiment_dates as d using (experiment_id);

insert into raw.experiment_assignments by name
select a.experiment_id, c.account_id, a.variant, a.assigned_at
from assignments as a
join company as c using (n);
