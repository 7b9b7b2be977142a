with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

service_pauses as (

    select * from {{ ref('stg_service_pauses') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

recorded as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.version_id,
        service_pauses.paused_from,
        coalesce(service_pauses.paused_to, {{ latest_day() }}) as paused_to
    from line_versions
    inner join service_pauses
        on line_versions.contract_line_id = service_pauses.contract_line_id
    inner join knowledge
        on line_versions.knowledge_id = knowledge.knowledge_id and {{ is_known('service_pauses', 'knowledge') }}

),

by_status as (

    select
        knowledge_id,
        contract_line_id,
        version_id,
        covered_from as paused_from,
        {{ add_days('covered_to', -1) }} as paused_to
    from line_versions
    where status = 'paused'

)

select * from recorded
union all
select * from by_status
