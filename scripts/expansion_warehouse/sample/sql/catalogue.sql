create or replace table catalogue as
select * from (values
    ('CRM', 'Relate CRM', 'crm', null, null, null, 0.82, date '2018-04-01'),
    ('MARKETING', 'Relate Marketing', 'marketing', null, null, null, 0.80, date '2019-04-01'),
    ('REPORTS', 'Relate Reports', 'crm', 'CRM', null, null, 0.90, date '2020-10-01'),
    ('API', 'Relate API', 'crm', 'CRM', 'REPORTS', null, 0.85, date '2021-04-01'),
    ('MESSAGING', 'Relate Messaging', 'marketing', 'MARKETING', null, null, 0.65, date '2021-10-01'),
    ('CHAT-CLASSIC', 'Relate Chat Classic', 'chat', null, null, 'CHAT', 0.70, date '2020-04-01'),
    ('CHAT', 'Relate Chat', 'chat', null, null, null, 0.78, date '2024-10-01')
) as t(
    product_id, product_name, product_family, parent_product_id, requires_product_id,
    successor_product_id, gross_margin_rate, available_from
);

create or replace table plan_catalogue as
select
    product_id || '-' || plan_code as plan_id,
    *
from (values
    ('CRM', 'FREE', 'Free', 0, 0, 3, 1, 0, true),
    ('CRM', 'STANDARD', 'Standard', 1, 6000, 20, 50, 10000, true),
    ('CRM', 'BUSINESS', 'Business', 2, 12000, 100, 500, 100000, true),
    ('CRM', 'ENTERPRISE', 'Enterprise', 3, 24000, null, 5000, 1000000, true),
    ('MARKETING', 'FREE', 'Free', 0, 0, 2, 1, 0, true),
    ('MARKETING', 'STANDARD', 'Standard', 1, 8000, 20, 100, 10000, true),
    ('MARKETING', 'BUSINESS', 'Business', 2, 15000, 100, 1000, 100000, true),
    ('MARKETING', 'ENTERPRISE', 'Enterprise', 3, 28000, null, 10000, 1000000, true),
    ('REPORTS', 'BASIC', 'Basic', 1, 1500, null, null, null, true),
    ('REPORTS', 'PLUS', 'Plus', 2, 2800, null, null, null, true),
    ('API', 'BASIC', 'Basic', 1, 2500, null, null, 50000, true),
    ('API', 'PLUS', 'Plus', 2, 5000, null, null, 500000, true),
    ('MESSAGING', 'BASIC', 'Basic', 1, 2000, null, null, null, true),
    ('MESSAGING', 'PLUS', 'Plus', 2, 3800, null, null, null, true),
    ('CHAT-CLASSIC', 'STANDARD', 'Standard', 1, 2500, 50, 50, null, false),
    ('CHAT', 'STANDARD', 'Standard', 1, 3000, 50, 100, null, true),
    ('CHAT', 'BUSINESS', 'Business', 2, 5500, 200, 500, null, true)
) as t(
    product_id, plan_code, plan_name, tier_rank, list_price, seat_limit, storage_gb_limit,
    api_call_limit, is_public
);

-- A plan has the features of its own tier and of every tier below it.
create or replace table feature_catalogue as
select * from (values
    ('CRM', 0, 'crm_contacts', false),
    ('CRM', 0, 'crm_tasks', false),
    ('CRM', 1, 'crm_pipeline', true),
    ('CRM', 1, 'crm_activity_log', true),
    ('CRM', 1, 'crm_mail_sync', true),
    ('CRM', 2, 'crm_forecast', true),
    ('CRM', 2, 'crm_automation', true),
    ('CRM', 3, 'crm_territories', true),
    ('CRM', 3, 'crm_audit_log', false),
    ('MARKETING', 0, 'ma_forms', false),
    ('MARKETING', 0, 'ma_lists', false),
    ('MARKETING', 1, 'ma_campaigns', true),
    ('MARKETING', 1, 'ma_landing_pages', true),
    ('MARKETING', 1, 'ma_scoring', true),
    ('MARKETING', 2, 'ma_journeys', true),
    ('MARKETING', 2, 'ma_ab_tests', true),
    ('MARKETING', 3, 'ma_attribution', true),
    ('MARKETING', 3, 'ma_approval_flow', false),
    ('REPORTS', 1, 'reports_dashboards', true),
    ('REPORTS', 1, 'reports_export', false),
    ('REPORTS', 2, 'reports_scheduling', false),
    ('API', 1, 'api_read', false),
    ('API', 2, 'api_write', false),
    ('MESSAGING', 1, 'messaging_broadcast', true),
    ('MESSAGING', 2, 'messaging_templates', false),
    ('CHAT-CLASSIC', 1, 'chat_inbox', true),
    ('CHAT', 1, 'chat_inbox', true),
    ('CHAT', 2, 'chat_bots', false)
) as t(product_id, tier_rank, feature_key, is_key_feature);

-- Rounded to what the currency can pay.
create or replace macro to_minor(amount, currency) as
    case when currency = 'JPY' then round(amount, 0) else round(amount, 2) end;

-- Price book: list price per seat and month. Level 0 was valid before the price rise of April 2025.
create or replace table price_book as
with levels as (
    select
        plan_id,
        product_id,
        tier_rank,
        price_level,
        cast(round(list_price * case price_level when 0 then 0.95 else 1 end / 10, 0) * 10 as decimal(18, 2))
            as jpy_price
    from plan_catalogue
    cross join (values (0), (1)) as t(price_level)
)

select
    plan_id,
    product_id,
    tier_rank,
    price_level,
    currency,
    cast(
        case currency
            when 'JPY' then jpy_price
            when 'USD' then round(jpy_price / 150, 0)
            else round(jpy_price / 160, 0)
        end as decimal(18, 2)
    ) as seat_price
from levels
cross join (values ('JPY'), ('USD'), ('EUR')) as t(currency);

insert into raw.products by name select * from catalogue;

insert into raw.plans by name
select
    plan_id, product_id, plan_name, tier_rank, list_price as list_price_per_seat_month,
    'JPY' as currency, seat_limit, storage_gb_limit, api_call_limit, is_public
from plan_catalogue;

insert into raw.plan_features by name
select p.plan_id, f.feature_key, f.is_key_feature
from plan_catalogue as p
join feature_catalogue as f on p.product_id = f.product_id and f.tier_rank <= p.tier_rank;
