with

population as (

    select * from {{ ref('int_scoring_population') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['renewal_stated_months', 'renewal_implied_months']) }}

),

-- Terms that run on the day: a stated one ends, one that renews itself reaches its anniversary.
terms as (

    select
        population.knowledge_id,
        population.account_id,
        population.month,
        population.month_end,
        paid_lines.product_id,
        paid_lines.contract_line_id,
        paid_lines.starts_on,
        paid_lines.ends_on is not null as is_stated,
        coalesce(
            case
                when
                    {{ add_months('paid_lines.starts_on', 'rules.renewal_stated_months') }}
                    <= {{ add_days('paid_lines.ends_on', 1) }}
                    then {{ add_days('paid_lines.ends_on', 1) }}
            end,
            case
                when paid_lines.renewal_months >= rules.renewal_implied_months
                    then {{ next_anniversary(
                        'paid_lines.starts_on', 'paid_lines.renewal_months', 'population.month_end'
                    ) }}
            end
        ) as renewal_on
    from population
    cross join rules
    inner join paid_lines
        on
            population.knowledge_id = paid_lines.knowledge_id
            and population.account_id = paid_lines.account_id
            and population.month_end >= paid_lines.covered_from
            and population.month_end < paid_lines.covered_to
    where paid_lines.terminated_on is null and paid_lines.cancel_notice_on is null

),

-- What goes on with the product, by name or not, renews the term.
renewed as (

    select distinct
        terms.account_id,
        terms.month,
        terms.contract_line_id
    from terms
    inner join paid_lines
        on
            terms.knowledge_id = paid_lines.knowledge_id
            and terms.account_id = paid_lines.account_id
            and (terms.product_id = paid_lines.product_id or terms.contract_line_id = paid_lines.replaces_line_id)
            and terms.month_end < paid_lines.covered_from
            and terms.renewal_on < paid_lines.covered_to
            and paid_lines.covered_from <= {{ add_days('terms.renewal_on', setting('renewal_grace_days')) }}

)

select
    terms.account_id,
    terms.month,
    terms.month_end,
    terms.contract_line_id,
    terms.product_id,
    terms.starts_on,
    terms.is_stated,
    terms.renewal_on
from terms
left join renewed
    on
        terms.account_id = renewed.account_id
        and terms.month = renewed.month
        and terms.contract_line_id = renewed.contract_line_id
where terms.renewal_on is not null and renewed.contract_line_id is null
