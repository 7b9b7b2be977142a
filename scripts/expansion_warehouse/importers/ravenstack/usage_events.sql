-- One row per usage record, at midnight of its day. The source reuses some identifiers for
-- different records, so a fingerprint of the record's own content completes the identifier: it
-- does not change when other records come or go, and a true duplicate keeps the same one.
with accounts_of_subscriptions as (
    select subscription_id, min(account_id) as account_id
    from source.subscriptions
    group by subscription_id
)

select
    usage.usage_id || '-' || left(
        md5(
            concat_ws(
                '|',
                usage.subscription_id,
                usage.usage_date,
                usage.feature_name,
                usage.usage_count,
                usage.usage_duration_secs,
                usage.error_count,
                usage.is_beta_feature
            )
        ),
        8
    ) as event_id,
    subscriptions.account_id,
    'RavenStack' as product_id,
    usage.feature_name as feature_key,
    as_moment(usage.usage_date) as occurred_at,
    as_number(usage.usage_count) as quantity,
from source.feature_usage as usage
left join accounts_of_subscriptions as subscriptions
    on usage.subscription_id = subscriptions.subscription_id
order by event_id
