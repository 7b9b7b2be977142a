with

points as (

    select
        *,
        case when component = 'nps' then cast(raw_value as decimal(18, 1)) else observations end as reading
    from {{ ref('int_health_points') }}

),

sentences as (

    {{ rows_of_versions('health_explanations', ['component', 'situation']) }}

),

compared as (

    select
        points.*,
        month_before.reading as reading_before
    from points
    left join points as month_before
        on
            points.account_id = month_before.account_id
            and points.component = month_before.component
            and points.score_version = month_before.score_version
            and month_before.month = {{ add_months('points.month', -1) }}
            and month_before.is_present

)

select
    compared.account_id,
    compared.month,
    compared.component,
    {{ fill_sentence("sentences.sentence || coalesce(' ' || for_all.sentence, '')", {
        'days': plain_number('compared.window_days'),
        'numerator': plain_number('compared.numerator'),
        'denominator': plain_number('compared.denominator'),
        'observations': plain_number('compared.observations'),
        'seats': plain_number('compared.seats'),
        'raw': plain_number('cast(compared.raw_value as decimal(18, 1))'),
        'percent': plain_number('cast(100 * compared.raw_value as decimal(18, 1))'),
        'score': plain_number('cast(compared.points as decimal(18, 1))'),
        'change': change_in_words('compared.reading', 'compared.reading_before'),
    }) }} as explanation
from compared
left join sentences
    on
        compared.score_version = sentences.score_version
        and compared.component = sentences.component
        and compared.situation = sentences.situation
left join sentences as for_all
    on
        not compared.is_in_company
        and compared.score_version = for_all.score_version
        and compared.component = for_all.component
        and for_all.situation = 'not_in_company'
