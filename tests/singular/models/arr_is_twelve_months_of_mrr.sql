-- Invariant 15: in a line's own currency ARR differs from twelve times the rounded MRR by rounding alone, at most half
-- a minor unit for each of the twelve.
{{ config(severity='warn') }}
select
    contract_line_id,
    month,
    arr_native,
    net_native
from {{ ref('int_line_amounts') }}
where
    knowledge_id = 'restated'
    and abs(arr_native - 12 * net_native) > 6 * {{ minor_unit('minor_unit_digits') }}
