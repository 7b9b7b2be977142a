-- Invariant 17: covered intervals have a length, and a line is never covered together with its replacement.
with

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

empty_intervals as (

    select
        contract_line_id,
        version_id
    from coverage
    where covered_from >= covered_to or bridged_to < covered_to

),

doubly_covered as (

    select
        former.contract_line_id,
        former.version_id
    from line_versions as renewal
    inner join coverage as new_coverage
        on renewal.knowledge_id = new_coverage.knowledge_id and renewal.version_id = new_coverage.version_id
    inner join coverage as former
        on
            renewal.knowledge_id = former.knowledge_id
            and renewal.replaces_line_id = former.contract_line_id
            and new_coverage.covered_from < former.covered_to
            and new_coverage.covered_to > former.covered_from

)

select * from empty_intervals
union all
select * from doubly_covered
