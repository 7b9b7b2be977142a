with

spells as (

    select * from {{ ref('int_alert_spells') }}

),

sentences as (

    select * from {{ ref('alert_sentences') }}

),

-- What begins on one day is one alert; the first subject by name speaks for the others.
placed as (

    select
        *,
        row_number() over (
            partition by account_id, alert_kind, began_on order by coalesce(subject, ''), situation
        ) as place
    from spells

),

gathered as (

    select
        account_id,
        alert_kind,
        began_on,
        case when count(ended_on) = count(*) then max(ended_on) end as ended_on,
        {{ ordered_list('subject', 'subject') }} as subjects,
        {{ ordered_list('case when place > 1 then subject end', 'subject') }} as other_subjects
    from placed
    group by account_id, alert_kind, began_on

)

select
    gathered.account_id,
    gathered.alert_kind,
    gathered.began_on,
    gathered.ended_on,
    gathered.subjects as subject,
    placed.mrr,
    {{ fill_sentence('sentences.sentence', {
        'reading': plain_number('placed.reading'),
        'before': plain_number('placed.reading_before'),
        'bound': plain_number('placed.bound'),
        'day': day_as_text('placed.evidence_on'),
        'words': 'placed.words',
        'subject': 'placed.subject',
        'others': others_in_words('gathered.other_subjects'),
    }) }} as sentence
from gathered
inner join placed
    on
        gathered.account_id = placed.account_id
        and gathered.alert_kind = placed.alert_kind
        and gathered.began_on = placed.began_on
        and placed.place = 1
left join sentences on placed.alert_kind = sentences.alert_kind and placed.situation = sentences.situation
