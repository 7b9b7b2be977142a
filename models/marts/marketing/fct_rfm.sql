with

measures as (

    select * from {{ ref('int_rfm_measures') }}

),

scores as (

    select * from {{ ref('int_rfm_scores') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

-- Where too many share the best value, exact quintiles give nobody a 5; limits that stay can.
unreachable as (

    select
        month,
        rfm_basis
    from scores
    where not is_fixed
    group by month, rfm_basis
    having
        max(case when measure = 'recency' then quantile_score end) < 5
        or max(case when measure = 'frequency' then quantile_score end) < 5

),

side_by_side as (

    select
        account_id,
        month,
        rfm_basis,
        {% for letter, measure in {'r': 'recency', 'f': 'frequency', 'm': 'monetary'}.items() -%}
        max(case when measure = '{{ measure }}' then score end) as {{ letter }}_score,
        max(case when measure = '{{ measure }}' then quantile_score end) as quantile_{{ letter }}_score,
        max(case when measure = '{{ measure }}' then fixed_score end) as fixed_{{ letter }}_score,
        {% endfor -%}
        nullif(concat_ws(
            '|',
            max(case when is_fixed and measure = 'recency' then 'recency' end),
            max(case when is_fixed and measure = 'frequency' then 'frequency' end),
            max(case when is_fixed and measure = 'monetary' then 'monetary' end)
        ), '') as fixed_measures
    from scores
    group by account_id, month, rfm_basis

),

named as (

    select
        side_by_side.*,
        measures.recency_days,
        measures.frequency,
        measures.monetary,
        case
            when unreachable.month is not null then coalesce(fixed_segments.rfm_segment, segments.rfm_segment)
            else segments.rfm_segment
        end as rfm_segment,
        fixed_segments.rfm_segment as fixed_rfm_segment,
        {{ rfm_segment_from() }} as segment_from
    from side_by_side
    left join unreachable
        on side_by_side.month = unreachable.month and side_by_side.rfm_basis = unreachable.rfm_basis
    inner join measures
        on
            side_by_side.account_id = measures.account_id
            and side_by_side.month = measures.month
            and side_by_side.rfm_basis = measures.rfm_basis
    left join segments
        on side_by_side.r_score = segments.r_score and side_by_side.f_score = segments.f_score
    left join segments as fixed_segments
        on side_by_side.fixed_r_score = fixed_segments.r_score and side_by_side.fixed_f_score = fixed_segments.f_score

)

select
    account_id,
    month,
    rfm_basis,
    recency_days,
    frequency,
    monetary,
    r_score,
    f_score,
    m_score,
    cast(r_score as {{ dbt.type_string() }}) || cast(f_score as {{ dbt.type_string() }})
    || cast(m_score as {{ dbt.type_string() }}) as rfm_code,
    rfm_segment,
    case
        when monetary is not null
            then cast(rank() over (
                partition by month, rfm_basis, rfm_segment, monetary is null order by monetary desc
            ) as integer)
    end as monetary_rank_in_segment,
    quantile_r_score,
    quantile_f_score,
    quantile_m_score,
    fixed_r_score,
    fixed_f_score,
    fixed_m_score,
    fixed_rfm_segment,
    fixed_measures,
    segment_from
from named
