with

renewal_months as (

    select * from {{ ref('int_renewal_months') }}

),

renewals as (

    select * from {{ ref('int_renewals') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

sealed_reads as (

    select distinct
        reading_month,
        month
    from {{ ref('stg_sealed_kpi_renewals') }}

),

-- A month has matured once the grace period of its last term, as the close knows it, has passed.
matured as (

    select
        renewal_months.knowledge_id,
        renewal_months.month,
        knowledge.basis,
        knowledge.closing_month,
        max(renewal_months.last_day)
        > coalesce(
            max(renewals.decided_on),
            max({{ add_days(month_end('renewal_months.month'), setting('renewal_grace_days')) }})
        ) as is_matured
    from renewal_months
    inner join knowledge on renewal_months.knowledge_id = knowledge.knowledge_id
    left join renewals
        on renewal_months.knowledge_id = renewals.knowledge_id and renewal_months.month = renewals.month
    group by renewal_months.knowledge_id, renewal_months.month, knowledge.basis, knowledge.closing_month

),

-- A sealed close has read what its seal holds, and nothing else. Seals from before there were readings hold none: what
-- such a close would have read stays empty.
judged as (

    select
        matured.*,
        matured.is_matured
        and months.is_closed
        and (sealed_reads.month is not null or sealing.reading_month is null) as reads_for_good,
        sealed_reads.month is not null as is_sealed
    from matured
    left join months on matured.closing_month = months.month
    left join sealed_reads
        on matured.closing_month = sealed_reads.reading_month and matured.month = sealed_reads.month
    left join (select distinct reading_month from sealed_reads) as sealing
        on matured.closing_month = sealing.reading_month

),

-- The first close that may read it for good, else, provisionally, the last there is.
chosen as (

    select
        *,
        row_number() over (
            partition by basis, month
            order by
                case when is_sealed then 0 when reads_for_good then 1 else 2 end,
                case when reads_for_good then closing_month end,
                closing_month desc
        ) as preference
    from judged

)

select
    basis,
    month,
    knowledge_id,
    case when basis = 'as_reported' and reads_for_good then closing_month end as reading_month
from chosen
where preference = 1
