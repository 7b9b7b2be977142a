-- Lines beyond any plausible size, perhaps a price in the wrong unit. They count; a person should look.
{{ config(severity='warn') }}
select * from {{ ref('int_outlier_lines') }}
