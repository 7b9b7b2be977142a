-- Budget rates that do not serve from their day on: stated inside a year that has a rate already, or for a currency
-- that has given way to another. A plan has one rate a year; a person should look whether the row is meant.
{{ config(severity='warn') }}
select * from {{ ref('int_unused_rates') }}
