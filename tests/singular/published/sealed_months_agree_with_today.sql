-- A sealed month would come out as it was sealed. A warning, not an error: the sealed numbers stand either way, and
-- fct_sealed_months has both values and the reason.
{{ config(severity='warn') }}
select *
from {{ ref('fct_sealed_months') }}
where reason is not null
