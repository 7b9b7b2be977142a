-- Lines that went from one account to another without a parent or a merger that connects them. They are no churn and no
-- new customer; a person should look whether they ought to be.
{{ config(severity='warn') }}
select * from {{ ref('int_unrelated_transfers') }}
