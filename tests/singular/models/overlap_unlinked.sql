-- Lines of one product that an account pays for at the same time under different contracts. Whether they add or one is
-- a renewal that nobody linked, the setting overlap_policy decides for all; a person should look.
{{ config(severity='warn') }}
select * from {{ ref('int_unlinked_overlaps') }}
