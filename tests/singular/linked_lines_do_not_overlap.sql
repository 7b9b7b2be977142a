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
        old.contract_line_id,
        old.version_id
    from line_versions as new
    inner join coverage as new_coverage
        on new.knowledge_id = new_coverage.knowledge_id and new.version_id = new_coverage.version_id
    inner join coverage as old
        on
            new.knowledge_id = old.knowledge_id
            and new.replaces_line_id = old.contract_line_id
            and new_coverage.covered_from < old.covered_to
            and new_coverage.covered_to > old.covered_from

)

select * from empty_intervals
union all
select * from doubly_covered
