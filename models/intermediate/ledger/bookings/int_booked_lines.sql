with

line_versions as (

    select
        *,
        case
            when charge_type <> 'recurring' then charge_type
            when quantity < 0 then 'amendment'
            else 'recurring'
        end as kind,
        coalesce(
            {{ add_days('ends_on', 1) }},
            case when renewal_months > 0 then {{ next_anniversary('starts_on', 'renewal_months', 'covered_from') }} end
        ) as term_to
    from {{ ref('int_line_versions') }}
    where
        knowledge_id = 'restated'
        and status <> 'paused'
        and not is_trial
        and ({{ is_paid_with_units() }} or {{ is_amendment() }} or charge_type in ('discount', 'one_time'))

),

-- What is charged once is its amount.
terms as (

    select
        line_versions.version_id,
        coalesce(line_terms.months_numerator, 1) as months_numerator,
        coalesce(line_terms.months_denominator, 1) as months_denominator
    from line_versions
    left join {{ ref('int_line_terms') }} as line_terms on line_versions.version_id = line_terms.version_id

),

priced as (

    select
        line_versions.*,
        case
            when line_versions.kind = 'one_time' then {{ monthly_amount('line_versions', 'terms') }}
            when line_versions.discount_kind = 'rate' then 0
            else {{ net_of_own_rate('line_versions', 'terms') }}
        end as amount
    from line_versions
    inner join terms on line_versions.version_id = terms.version_id

),

payers as (

    select * from priced
    where kind = 'recurring'

),

-- The lines that an amendment or a discount takes from, in its currency and in force on its first day.
reached as (

    {% for link, scopes in {
        'reductions.parent_line_id = payers.contract_line_id': "coalesce(reductions.discount_scope, 'line') = 'line'",
        'reductions.account_id = payers.account_id': is_in_wider_scope('reductions', 'payers'),
    }.items() -%}
    select
        reductions.version_id,
        payers.amount,
        payers.term_to
    from line_versions as reductions
    inner join payers on {{ link }} and reductions.currency = payers.currency
    where
        reductions.kind in ('amendment', 'discount')
        and reductions.covered_from >= payers.covered_from
        and reductions.covered_from < payers.covered_to
        and {{ scopes }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

reached_terms as (

    select
        version_id,
        cast(case when sum(amount) < 9e15 then sum(amount) end as decimal(38, 18)) as amount,
        case when count(*) = count(term_to) then max(term_to) end as term_to
    from reached
    group by version_id

)

-- A reduction lasts as long as what it reduces.
select
    priced.contract_line_id,
    priced.version_id,
    priced.account_id,
    priced.contract_id,
    priced.product_id,
    priced.plan_id,
    priced.kind,
    priced.currency,
    priced.signed_on,
    priced.known_on,
    priced.covered_from,
    priced.covered_to,
    priced.host_line_id is not null as is_few_days,
    case
        when priced.kind in ('amendment', 'discount') then least(priced.term_to, reached_terms.term_to)
        else priced.term_to
    end as term_to,
    cast(case
        when priced.discount_kind = 'rate'
            then -({{ share_of('coalesce(reached_terms.amount, 0)', 'priced.discount_rate') }})
        else priced.amount
    end as decimal(38, 18)) as monthly_amount
from priced
left join reached_terms on priced.version_id = reached_terms.version_id
where priced.discount_kind is null or priced.discount_kind <> 'rate' or reached_terms.amount > 0
