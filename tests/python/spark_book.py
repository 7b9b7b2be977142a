"""A small company, written by hand, of everything in which two engines could come to differ.

Settings other than the defaults, five currencies beside the reporting one (one without decimals,
one with three), amounts that end in a tie, versions, layers, discounts, pauses, renewals, mergers,
resellers, a zone with daylight saving, texts that need escaping, and rows that are refused.
"""

from __future__ import annotations

from pathlib import Path

SETTINGS = """
as_of_date: 2025-07-14
known_at: 2025-07-10
reporting_currency: EUR
business_timezone: America/New_York
fiscal_year_start_month: 10
overlap_policy: latest_signed_wins
rfm_mode: package
rfm_window_months: 6
renewal_grace_days: 10
usage_avg_months: 7
min_segment_accounts: 2
segments: [region, sales_owner, product, plan x currency, csm_owner x region]
"""

ACCOUNTS = """
account_id,account_name,parent_account_id,merged_into_account_id,merged_on,industry,size_band,country,acquisition_channel,membership_tier,csm_owner,went_live_on,is_internal,effective_from,recorded_at
PLAIN,Plain & Sons,,,,retail,smb,DE,ads,Gold,Mia,2024-02-01,,,
QUOTED,"O'Brien ""Bros"" \\ Co",,,,R&D \\ 'misc',mid,IE,partner,ÅRE,Zoë,,,,
日本,"株式会社 山田
東京",,,,製造,large,JP,,,😀,,,,
MOVED,Moved,,,,retail,smb,US,ads,,,2024-03-15,,,2024-01-05T04:59:59Z
MOVED,Moved,,,,finance,mid,US,ads,,,2024-03-15,,2024-09-30,2024-10-02T03:59:00Z
MOVED,Moved again,,,,finance,large,CA,inbound,,,2024-03-15,,,2025-03-09T07:30:00Z
GROUP,Group,,,,media,large,FR,,silver,,,,,
UNIT,Unit of the group,GROUP,,,media,smb,FR,,,,,,,
OLDCO,Taken over,,NEWCO,2025-02-10,media,smb,GB,inbound,,,,,,
NEWCO,Takes over,,,,media,mid,GB,inbound,,,,,0001-01-01,
RESELLER,Reseller,,,,it,mid,NL,partner,,,,,,
ENDUSER,Behind a reseller,,,,it,smb,NL,,,,,,,
OURS,Our own,,,,,,,,,,,true,,
PAUSED,Pauses,,,,,,,,,,,,,
CHAIN,Renews,,,,finance,mid,CH,ads,,,,,,
TERMS,Odd terms,,,,finance,mid,KW,ads,,,,,,
BACK,Leaves and returns,,,,it,smb,DE,partner,,,,,,
LATE,Recorded late,,,,retail,smb,DE,,,,,,,2025-07-11T02:00:00Z
TWICE,Same moment,,,,retail,smb,DE,,,,,,,2024-05-01T00:00:00Z
TWICE,Same moment too,,,,retail,smb,DE,,,,,,,2024-05-01T00:00:00Z
,Nobody,,,,,,,,,,,,,
"""

# What a named segment is made of: versions, words that need care, and rows that cannot be used.
ACCOUNT_ATTRIBUTES = """
account_id,attribute,value,valid_from,recorded_at
PLAIN,region,East,,
PLAIN,region,"We""st × 'far' \\ off",2024-09-30,2024-11-02T03:59:00Z
MOVED,region,East,,2024-05-20T03:59:00Z
MOVED,region,,2025-02-01,2025-02-03T00:00:00Z
日本,region,東日本,2024-02-01,
GROUP,region,North,,2025-07-05T00:00:00Z
GROUP,region,South,2024-06-30,2025-07-11T02:00:00Z
UNIT,region,Nobody's,,
OLDCO,region,Gone,,
NEWCO,region,North,2999-01-01,
TWICE,region,East,,2024-05-01T00:00:00Z
TWICE,region,West,,2024-05-01T00:00:00Z
PAUSED,partner,Unnamed,,
STRANGER,region,East,,
"""

PRODUCTS = """
product_id,product_name,product_family,parent_product_id,successor_product_id,gross_margin_rate,available_from,recorded_at
BASE,Base,suite,,,0.812345,1999-12-31,
ADDON,Add-on,suite,BASE,,,,
LEGACY,Legacy,suite,,BASE,0.5,,2024-01-01T00:00:00Z
LEGACY,Legacy II,suite,,BASE,0.25,,2025-01-01T00:00:00Z
OTHER,Other,tools,,,1,,
"""

PLANS = """
plan_id,product_id,plan_name,tier_rank,list_price_per_seat_month,currency,seat_limit,storage_gb_limit,api_call_limit,is_public
FREE,BASE,Free,0,,EUR,3,1.5,100,
STD,BASE,Standard,1,9.99,EUR,,10.25,1000.5,true
STD2,BASE,Standard II,1,9.99,EUR,,10,1000,true
BIZ,BASE,Business,2,19.99,EUR,,100,10000,true
SECRET,BASE,Secret,3,,EUR,,,,false
ADD,ADDON,Add-on,1,2.5,EUR,,,,
OLD,LEGACY,Legacy,1,5,USD,,,,
"""

PLAN_FEATURES = """
plan_id,feature_key,is_key_feature
STD,reports,true
STD,export,true
STD,login,false
BIZ,reports,true
BIZ,export,true
BIZ,audit,true
ADD,sync,true
"""

CONTRACT_LINES = """
contract_line_id,account_id,product_id,plan_id,charge_type,quantity,unit_price,discount_rate,billing_unit,billing_interval,currency,tax_rate,is_tax_inclusive,starts_on,ends_on,signed_on,cancel_notice_on,terminated_on,status,replaces_line_id,parent_line_id,end_customer_account_id,is_trial,is_deleted,effective_from,recorded_at
P1,PLAIN,BASE,STD,recurring,3,0.335,,month,,EUR,,,2024-01-31,,2024-01-15,,,,,,,,,,
P2,PLAIN,ADDON,ADD,recurring,7,1000,,year,,EUR,0.19,true,2024-03-01,2025-02-28,2024-02-20,,,,,,,,,,
P3,PLAIN,OTHER,,one_time,1,99.995,,month,,USD,,,2024-06-15,,,,,,,,,,,,
P4,PLAIN,OTHER,,usage,1234.5678,0.0105,,month,,EUR,,,2024-05-01,2024-12-31,,,,,,,,,,,
P5,PLAIN,OTHER,,usage,1,10000.01,,quarter,,JPY,,,2024-11-10,2025-05-09,,,,,,,,,,,
Q1,QUOTED,BASE,BIZ,recurring,5,19.99,0.333333,month,,USD,,,2024-02-29,,2024-02-01,,,,,,,,,,
Q2,QUOTED,BASE,,discount,,-10,,month,,USD,,,2024-04-01,2024-09-30,,,,,,Q1,,,,,
Q3,QUOTED,BASE,,discount,,,0.125,month,,USD,,,2024-07-01,,,,,,,Q1,,,,,
Q4,QUOTED,OTHER,,discount,,-1,,month,,USD,,,2024-07-01,,,,,,,NOWHERE,,,,,
Y1,日本,BASE,STD,recurring,10,123457,,year,,JPY,0.1,true,2024-04-01,2025-03-31,2024-03-01,,,,,,,,,,
Y2,日本,BASE,BIZ,recurring,12,130000,,year,,JPY,0.1,true,2025-04-01,,2025-03-01,,,,Y1,,,,,,
M1,MOVED,BASE,STD,recurring,4,25,,month,,USD,,,2024-01-10,,2024-01-01,,,,,,,,,,2024-01-05T04:59:59Z
M1,MOVED,BASE,STD,recurring,6,25,,month,,USD,,,2024-01-10,,2024-01-01,,,,,,,,,2024-08-01,2024-08-02T12:00:00Z
M1,MOVED,BASE,BIZ,recurring,6,31.005,,month,,USD,,,2024-01-10,,2024-01-01,,,,,,,,,2025-01-15,2025-01-10T23:30:00Z
M1,MOVED,BASE,BIZ,recurring,5,31.005,,month,,USD,,,2024-01-10,,2024-01-01,,,,,,,,,2025-05-01,2025-06-20T00:00:00Z
G1,GROUP,BASE,BIZ,recurring,20,15.5,,month,,EUR,,,2024-01-01,,,,,,,,,,,,
G2,UNIT,OTHER,,recurring,1,77.777,,quarter,,GBP,,,2024-05-20,2025-05-19,,,,,,,,,,,
O1,OLDCO,LEGACY,OLD,recurring,8,12.5,,month,,GBP,,,2024-01-01,2025-02-28,,,,,,,,,,,
O2,NEWCO,BASE,BIZ,recurring,8,14,,month,,GBP,,,2025-03-01,,2025-02-25,,,,,,,,,,
O3,NEWCO,LEGACY,OLD,recurring,2,11,,month,,GBP,,,2024-07-01,2024-12-31,,,,,,,,,,,
O4,NEWCO,BASE,STD,recurring,2,15,,month,,GBP,,,2025-01-01,2025-02-28,,,,,,,,,,,
R1,RESELLER,BASE,STD,recurring,30,8,,month,,EUR,,,2024-01-01,,,2025-01-20,,,,,ENDUSER,,,,
R2,RESELLER,BASE,FREE,recurring,1,0,,month,,EUR,,,2024-01-01,,,,,,,,,,,,
R3,RESELLER,BASE,STD,recurring,2,9,,month,,EUR,,,2024-01-01,2024-03-31,,,,,,,,true,,,
R4,RESELLER,BASE,STD,recurring,2,9,,month,,EUR,,,2024-04-02,,,,2024-12-31,,,,,,,,
I1,OURS,BASE,STD,recurring,1,1000,,month,,EUR,,,2024-01-01,,,,,,,,,,,,
S1,PAUSED,BASE,STD,recurring,2,50,,month,,EUR,,,2024-01-01,,,,,,,,,,,,
S2,PAUSED,OTHER,,recurring,1,20,,month,,EUR,,,2024-01-01,,,,,,,,,,,,2024-01-01T00:00:00Z
S2,PAUSED,OTHER,,recurring,1,20,,month,,EUR,,,2024-01-01,,,,,paused,,,,,,2024-10-01,2024-10-03T00:00:00Z
S2,PAUSED,OTHER,,recurring,1,20,,month,,EUR,,,2024-01-01,,,,,active,,,,,,2024-12-01,2024-12-01T00:00:00Z
S3,PAUSED,ADDON,ADD,recurring,2,3,,month,,EUR,,,2024-01-01,,,,,,,,,,,,2024-01-01T00:00:00Z
S3,PAUSED,ADDON,ADD,recurring,2,3,,month,,EUR,,,2024-01-01,,,,,,,,,,true,,2024-08-15T16:00:00Z
C1,CHAIN,BASE,STD,recurring,1,100,,month,,CHF,,,2024-01-01,2024-06-30,2023-12-01,,,,,,,,,,
C2,CHAIN,BASE,STD,recurring,1,110,,month,,CHF,,,2024-07-09,2024-12-31,2024-07-01,,,,C1,,,,,,
C3,CHAIN,BASE,STD,recurring,1,110,,month,,CHF,,,2025-01-15,2025-06-30,2025-01-10,,,,C2,,,,,,
C4,CHAIN,BASE,BIZ,recurring,1,95,,month,,CHF,,,2025-03-01,,2025-02-10,,,,C3,,,,,,
C5,CHAIN,OTHER,,recurring,1,10,,month,,CHF,,,2024-05-10,,2024-05-01,,,,C6,,,,,,
C6,CHAIN,OTHER,,recurring,1,12,,month,,CHF,,,2024-08-10,,2024-08-01,,,,C5,,,,,,
T1,TERMS,BASE,STD,recurring,1,1000,,term,,KWD,,,2024-01-31,2024-05-29,,,,,,,,,,,
T2,TERMS,BASE,STD,recurring,1,999.9995,,term,,KWD,,,2024-06-01,2025-05-30,,,,,,,,,,,
T3,TERMS,OTHER,,recurring,3,2.2225,,week,2,KWD,,,2024-02-03,,,2025-02-01,,,,,,,,,
T4,TERMS,OTHER,,recurring,0.3333,1.5,,day,,KWD,,,2024-03-03,2025-01-01,2024-03-01,,,,,,,,,,
T5,TERMS,ADDON,,recurring,2,0.4995,,half_year,3,KWD,,,2024-02-29,,,,,,,,,,,,
T6,TERMS,ADDON,,recurring,2,5,,month,,KWD,,,2024-03-05,2024-03-25,2024-03-01,,,,,,,,,,
V1,PLAIN,OTHER,,recurring,1,50,,month,,EUR,,,2024-02-01,,,,,void,,,,,,,
V2,PLAIN,OTHER,,recurring,1,12x,,month,,EUR,,,2024-02-01,,,,,,,,,,,,
V3,,OTHER,,recurring,1,10,,month,,EUR,,,2024-02-01,,,,,,,,,,,,
V4,PLAIN,OTHER,,recurring,1,10,,month,,EUR,,,2024-02-30,,,,,,,,,,,,
V5,PLAIN,GONE,,recurring,1,10,,month,,EUR,,,2024-02-01,,,,,,,,,,,,
V6,STRANGER,OTHER,,recurring,1,10,,month,,EUR,,,2024-02-01,,,,,,,,,,,,
V7,PLAIN,OTHER,,recurring,7,142857142857142.857143,,year,,EUR,,,2024-02-01,,,,,,,,,,,,
V8,PLAIN,OTHER,,recurring,1,10,1.5,month,,EUR,,,2024-02-01,,,,,,,,,,,,
V9,PLAIN,OTHER,,recurring,1,10,,month,,EUR,,,2024-06-01,9999-12-31,,,,,,,,,,,
V9,PLAIN,OTHER,,recurring,1,10,,month,,EUR,,,2024-06-01,9999-12-31,,,,,,,,,,,
W1,TWICE,BASE,STD,recurring,1,10,,month,,EUR,,,2024-06-01,,,,,,,,,,,,2025-01-01T00:00:00Z
W1,TWICE,BASE,STD,recurring,1,11,,month,,EUR,,,2024-06-01,,,,,,,,,,,,2025-01-01T00:00:00Z
K1,BACK,BASE,STD,recurring,2,12.345,,month,,USD,,,2024-02-10,2024-08-20,2024-02-01,,,,,,,,,,
K2,BACK,BASE,BIZ,recurring,2,23.455,,month,,EUR,,,2025-01-01,,2025-01-02,,,,,,,,,,
L1,LATE,BASE,STD,recurring,1,10,,month,,EUR,,,2024-06-01,,,,,,,,,,,,2025-07-12T00:00:00Z
B1,GROUP,OTHER,,recurring,999999.9999,900000000.123456,,quarter,,EUR,,,2025-05-01,,2025-04-30,,,,,,,,,,
"""

SERVICE_PAUSES = """
contract_line_id,paused_from,paused_to
S1,2024-04-10,2024-05-09
S1,2024-11-30,
"""

INVOICES = """
invoice_id,account_id,issued_on,due_on,paid_on,kind,product_id,amount,currency,recorded_at
N1,PLAIN,2024-02-01,2024-03-02,2024-02-28,,,500.005,EUR,
N2,PLAIN,2024-05-01,,2024-09-30,,BASE,300,USD,
N3,PLAIN,2025-01-01,2025-01-31,,invoice,,250.50,EUR,
N4,PLAIN,2025-02-01,,,credit_note,,-50.25,EUR,
N5,PLAIN,2025-03-01,,,refund,,20,EUR,
N6,日本,2024-04-05,2024-05-05,2024-05-06,,,1234570,JPY,
N7,QUOTED,2025-02-11,,2025-03-01,,,99.95,USD,
N8,MOVED,2025-04-30,,2025-05-15,,,310.05,USD,2025-05-01T03:59:59Z
N8,MOVED,2025-04-30,,2025-06-15,,,310.05,USD,2025-06-16T04:00:00Z
N9,STRANGER,2025-04-30,,,,,1,EUR,
"""

USERS = """
user_id,account_id,kind,erased_at,recorded_at
U3,PLAIN,service,,
U2,,internal,2025-06-03T10:00:00Z,2025-05-05T04:59:59Z
U1,,person,,
U9,NOBODY,robot,,
"""

USAGE_EVENTS = """
event_id,account_id,user_id,product_id,feature_key,occurred_at,quantity,recorded_at
E01,PLAIN,U1,BASE,login,2025-03-09T06:59:59Z,,
E02,PLAIN,U1,BASE,reports,2025-03-09T07:00:00Z,2,
E03,PLAIN,U2,BASE,reports,2025-04-01T03:59:59.999999Z,,
E04,PLAIN,U2,BASE,export,2025-04-01T04:00:00Z,0.5,
E04,PLAIN,U2,BASE,export,2025-04-01T04:00:00Z,0.5,2025-04-02T00:00:00Z
E05,PLAIN,,,login,2025-05-20T12:00:00Z,,
,PLAIN,U3,,login,2025-05-21T12:00:00Z,,
,PLAIN,U3,,login,2025-05-21T12:00:00Z,,
E06,QUOTED,V1,BASE,login,2025-06-02T12:00:00Z,3,
E07,QUOTED,V2,BASE,audit,2025-06-03T12:00:00Z,1,
E08,QUOTED,V3,BASE,audit,2025-06-04T12:00:00Z,1,
E09,QUOTED,V1,BASE,reports,2025-06-29T23:00:00Z,1,
E10,GROUP,W1,BASE,login,2025-02-03T12:00:00Z,,
E11,UNIT,W2,BASE,login,2025-02-03T12:00:00Z,,
E12,GROUP,W1,BASE,login,2025-06-30T12:00:00Z,,
E13,GROUP,W1,BASE,export,2025-07-12T12:00:00Z,,
E14,GROUP,W1,BASE,export,2025-06-12T12:00:00Z,,2025-06-10T00:00:00Z
E15,STRANGER,W1,BASE,export,2025-06-12T12:00:00Z,,
E16,MOVED,X1,BASE,login,2024-11-03T05:30:00Z,,
E17,MOVED,X1,BASE,login,2024-11-03T06:30:00Z,,
"""

USAGE_METERS = """
account_id,product_id,meter,measured_on,used
PLAIN,BASE,seats,2025-05-31,2
PLAIN,BASE,seats,2025-06-29,2.5
PLAIN,BASE,storage_gb,2025-06-30,3.333333
QUOTED,BASE,api_calls,2025-06-01,777
QUOTED,BASE,api_calls,2025-06-02,333.25
GROUP,,seats,2025-04-10,19
"""

SUPPORT_TICKETS = """
ticket_id,account_id,opened_at,closed_at,severity,topic,csat,recorded_at
K1,PLAIN,2024-12-31T23:00:00Z,2025-01-05T10:00:00Z,2,bug,4.5,
K2,PLAIN,2025-06-01T03:00:00Z,,1,billing,,
K3,QUOTED,2025-05-15T12:00:00Z,2025-06-30T12:00:00Z,,other,1,
K4,GROUP,2025-06-30T12:00:00Z,,3,limit,,
"""

SURVEY_RESPONSES = """
response_id,account_id,respondent_id,responded_at,survey,score
A1,PLAIN,U1,2025-04-01T00:00:00Z,nps,9
A2,PLAIN,U1,2025-06-15T00:00:00Z,nps,6
A3,PLAIN,,2025-06-16T00:00:00Z,nps,10
A4,QUOTED,V1,2025-06-16T00:00:00Z,nps,11
A5,GROUP,W1,2025-06-16T00:00:00Z,csat,4.5
A6,MOVED,X1,2025-01-16T00:00:00Z,nps,0
"""

CONTACTS = """
contact_id,account_id,user_id,person_name,role,do_not_contact,opted_out_on,left_on,erased_at,effective_from,recorded_at
K1,PLAIN,U1,Ann,decision_maker,,,,,,
K2,PLAIN,,山田,champion,false,2025-05-01,,,,2025-01-05T04:59:59Z
K2,PLAIN,,山田,champion,false,2025-05-01,2025-06-01,,2025-06-01,2025-06-02T03:59:00Z
K3,UNIT,W1,"O'Brien",decision_maker,true,,,,,
K4,QUOTED,,,user,,,,2025-06-03T10:00:00Z,,
K5,NOBODY,,Lost,user,,,,,,
K6,QUOTED,,Odd,friend,,,,,,
"""

ACTIONS = """
action_id,account_id,alert_id,offer_id,kind,done_on,done_by,outcome,recorded_at
D1,PLAIN,PLAIN|turned_red|2025-03-01,,call,2025-03-02,Mia,reached,
D2,UNIT,UNIT|1|champion_left|2025-03-01,add_on|API|,offer,2025-02-28,Zoë,accepted,2025-03-09T07:30:00Z
D3,QUOTED,the red one,seats,note,2025-06-30,,,
D4,NOBODY,,,email,2025-03-01,,,
"""

ENGAGEMENT_EVENTS = """
event_id,account_id,occurred_at,kind
H1,PLAIN,2025-06-16T00:00:00Z,site_visit
,PLAIN,2025-06-17T00:00:00Z,upper_plan_page_view
H3,QUOTED,2025-06-18T00:00:00Z,comparison_download
"""

ACCOUNT_SIGNALS = """
signal_id,account_id,occurred_at,kind
Z1,PLAIN,2025-06-16T00:00:00Z,expansion
Z2,GROUP,2025-05-16T00:00:00Z,reorganisation
"""

PROPOSALS = """
proposal_id,account_id,offer_class,product_id,plan_id,current_mrr,proposed_mrr,currency,candidate_on,contacted_on,proposed_on,closed_on,outcome,lost_reason,channel,owner_role,experiment_id,variant
J1,PLAIN,plan_upgrade,BASE,BIZ,1.01,59.97,EUR,2025-01-10,2025-01-12,2025-01-15,2025-02-01,lost,price,mail,csm,X1,control
J2,MOVED,seat_expansion,BASE,BIZ,100,186.03,USD,2024-12-01,,2024-12-20,2025-01-10,won,,call,sales,X1,treatment
J3,GROUP,cross_sell,OTHER,,310,400,EUR,2025-06-20,,,,candidate,,,csm,,
J4,GROUP,cross_sell,OTHER,,310,400,EUR,,,,,open,,,csm,,
"""

EXPERIMENTS = """
experiment_id,variant,is_control,planned_share,name,starts_on,ends_on
X1,control,true,0.5,Offer by mail,2024-11-01,2025-03-31
X1,treatment,false,0.5,Offer by mail,2024-11-01,2025-03-31
"""

EXPERIMENT_ASSIGNMENTS = """
experiment_id,account_id,variant,assigned_at
X1,PLAIN,control,2024-11-02T00:00:00Z
X1,MOVED,treatment,2024-11-03T05:59:59Z
"""

COSTS = """
cost_id,incurred_on,kind,channel,amount,currency
F1,2024-01-15,acquisition,ads,10000.01,EUR
F2,2025-01-15,expansion_people,,333.333333,USD
"""

FX_RATES = """
currency,rate_kind,valid_from,rate
USD,budget,2023-10-01,0.91234567
USD,budget,2024-10-01,0.95
USD,budget,2025-10-01,0.9
JPY,budget,2023-10-01,0.00625
JPY,budget,2024-10-01,0.00615385
GBP,budget,2023-10-01,1.15
GBP,budget,2024-10-01,1.185
CHF,budget,2023-10-01,1.0312
CHF,budget,2024-10-01,1.06666667
KWD,budget,2023-10-01,3.0105
KWD,budget,2024-10-01,3.12345678
USD,spot,2024-01-01,0.905
USD,spot,2025-05-31,0.8815
JPY,spot,2024-01-01,0.0064
GBP,spot,2024-06-30,1.18
"""

# Beside the events: another day, a feature that they do not name, one that they do (without a
# product, and only once they are known), a correction, one taken back, and what cannot be used.
USAGE_DAILY = """
account_id,user_id,product_id,feature_key,used_on,event_count,quantity,recorded_at
PLAIN,U1,BASE,login,2025-03-10,2,,
PLAIN,U1,BASE,login,2025-03-10,4,4.5,2025-03-12T00:00:00Z
PLAIN,,BASE,reports,2025-03-31,7,,
PLAIN,U2,,export,2025-03-31,3,,2025-04-01T00:00:00Z
QUOTED,V1,BASE,sync,2025-06-02,5,,2025-06-03T00:00:00Z
QUOTED,V1,BASE,sync,2025-06-02,0,,2025-07-20T00:00:00Z
QUOTED,V2,BASE,audit,2025-06-03,2,,
GROUP,W1,BASE,login,2025-05-30,1,,2025-06-01T00:00:00Z
GROUP,W1,BASE,login,2025-05-30,1,,2025-06-01T00:00:00Z
GROUP,W1,BASE,export,2025-05-30,1,,2025-06-01T00:00:00Z
GROUP,W1,BASE,export,2025-05-30,2,,2025-06-01T00:00:00Z
STRANGER,W1,BASE,export,2025-05-30,1,,
MOVED,X1,BASE,login,2024-11-04,-1,,
"""

# Two words for one month, a currency, a segment, what nobody plans, and a month ahead.
BUDGETS = """
month,metric,segment_type,segment,amount,currency,recorded_at
2025-05-01,closing_mrr,,,1000,,2025-04-01T00:00:00Z
2025-05-31,closing_mrr,all,,1200.005,,2025-07-20T00:00:00Z
2025-05-01,churn_mrr,,,30,EUR,
2025-05-01,nrr_12m,country,JP,1.05,,
2025-05-01,billings,product,BASE,250,,
2025-05-01,bookings,,,9000,,
2025-05-01,joy,,,1,,
2031-05-01,bookings,,,1,,
"""

TABLES = {
    "accounts": ACCOUNTS,
    "account_attributes": ACCOUNT_ATTRIBUTES,
    "products": PRODUCTS,
    "plans": PLANS,
    "plan_features": PLAN_FEATURES,
    "contract_lines": CONTRACT_LINES,
    "service_pauses": SERVICE_PAUSES,
    "invoices": INVOICES,
    "users": USERS,
    "usage_events": USAGE_EVENTS,
    "usage_daily": USAGE_DAILY,
    "usage_meters": USAGE_METERS,
    "support_tickets": SUPPORT_TICKETS,
    "survey_responses": SURVEY_RESPONSES,
    "contacts": CONTACTS,
    "actions": ACTIONS,
    "engagement_events": ENGAGEMENT_EVENTS,
    "account_signals": ACCOUNT_SIGNALS,
    "proposals": PROPOSALS,
    "experiments": EXPERIMENTS,
    "experiment_assignments": EXPERIMENT_ASSIGNMENTS,
    "costs": COSTS,
    "budgets": BUDGETS,
    "fx_rates": FX_RATES,
}


def write_book(folder: Path) -> None:
    """Write the book as a raw folder of CSV files with its settings."""
    folder.mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    (folder / "settings.yml").write_text(SETTINGS.lstrip(), encoding="utf-8")
