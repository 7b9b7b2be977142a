with

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

started as (

    select
        reference_days.account_id,
        reference_days.reference_kind,
        reference_days.reference_on,
        min(paid_lines.covered_from) as first_paid_on
    from reference_days
    inner join paid_lines
        on
            reference_days.knowledge_id = paid_lines.knowledge_id
            and reference_days.account_id = paid_lines.account_id
            and reference_days.reference_on >= paid_lines.covered_from
    group by reference_days.account_id, reference_days.reference_kind, reference_days.reference_on

),

described as (

    select
        reference_days.account_id,
        reference_days.reference_kind,
        reference_days.reference_on,
        account_versions.fiscal_year_end_month,
        case
            when account_versions.went_live_on <= reference_days.reference_on then account_versions.went_live_on
        end as went_live_on
    from reference_days
    inner join account_versions
        on
            reference_days.knowledge_id = account_versions.knowledge_id
            and reference_days.account_id = account_versions.account_id
            and reference_days.reference_on >= account_versions.valid_from
            and reference_days.reference_on < account_versions.valid_to

)

-- Without a day of going live, the first paid start stands for it.
select
    reference_days.account_id,
    reference_days.reference_kind,
    reference_days.reference_on,
    started.first_paid_on,
    coalesce(described.went_live_on, started.first_paid_on) as adopted_on,
    described.fiscal_year_end_month
from reference_days
left join started
    on
        reference_days.account_id = started.account_id
        and reference_days.reference_kind = started.reference_kind
        and reference_days.reference_on = started.reference_on
left join described
    on
        reference_days.account_id = described.account_id
        and reference_days.reference_kind = described.reference_kind
        and reference_days.reference_on = described.reference_on
