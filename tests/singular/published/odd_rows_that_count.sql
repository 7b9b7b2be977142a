-- Rows that count and say something odd. A warning: a person should look, and the mart says what to write instead.
{{ config(severity='warn') }}
select * from {{ ref('dq_oddities') }}
