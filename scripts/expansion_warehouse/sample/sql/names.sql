-- What an account is called and what it does. The name fits country and industry; within the first
-- accounts no combination of two words repeats, later ones add a town.
create or replace table profiles as
with described as (
    select
        n,
        country,
        kind,
        [
            'software', 'manufacturing', 'professional_services', 'retail', 'finance', 'healthcare'
        ][1 + pick(6, 'industry', n)] as industry
    from company
),

worded as (
    select
        *,
        case country
            when 'JP' then [
                'Aoba', 'Hikari', 'Sakura', 'Minato', 'Kaede', 'Tsubasa', 'Mirai', 'Akane', 'Hinata', 'Komorebi',
                'Midori', 'Nagisa', 'Tsukimi', 'Shirakaba', 'Wakaba', 'Isokaze', 'Hoshino', 'Kawabe', 'Yukimi',
                'Sazanami', 'Matsukaze', 'Kogane', 'Asagi', 'Hayate', 'Tsubaki', 'Sumire', 'Natsume', 'Kunugi',
                'Ajisai', 'Wakatake', 'Shiosai', 'Akebono', 'Takane', 'Fukuro', 'Ibuki', 'Kisaragi', 'Yayoi',
                'Uzuki', 'Satsuki', 'Minazuki', 'Fumizuki', 'Hazuki', 'Nagatsuki', 'Shimotsuki', 'Suzukaze',
                'Harukaze', 'Umikaze', 'Mizuki', 'Kiyose', 'Takibi', 'Hotaru', 'Kohaku', 'Suiren', 'Tokiwa',
                'Nanohana', 'Higurashi', 'Yamabuki', 'Asanagi', 'Yunagi', 'Shiranami', 'Momiji'
            ]
            when 'US' then [
                'Northgate', 'Bluebird', 'Cedarline', 'Harborview', 'Stonebrook', 'Ironbridge', 'Lakeshore',
                'Maplewood', 'Foxglove', 'Brightwater', 'Oakmont', 'Riverbend', 'Clearfield', 'Pinecrest',
                'Silverleaf', 'Ashford', 'Copperhill', 'Windward', 'Juniper', 'Meadowlark', 'Fairhaven',
                'Granite', 'Larkspur', 'Millstone', 'Prairie', 'Sandpiper', 'Thornbury', 'Westbrook', 'Wildrose'
            ]
            when 'DE' then [
                'Linden', 'Alpen', 'Nordlicht', 'Birkenhof', 'Falken', 'Rheintal', 'Seeblick', 'Tannenberg',
                'Eichenhof', 'Hafenstadt', 'Morgenrot', 'Steinbach', 'Waldrand'
            ]
            else [
                'Belvedere', 'Clairvaux', 'Marronnier', 'Hirondelle', 'Beaulieu', 'Lavande', 'Montclair', 'Rivage',
                'Tournesol', 'Chantemerle', 'Valcourt', 'Peuplier', 'Azur'
            ]
        end as first_words,
        case industry
            when 'software' then ['Systems', 'Software', 'Data', 'Digital', 'Labs', 'Cloud', 'Networks', 'Apps']
            when 'manufacturing' then
                ['Works', 'Textile', 'Precision', 'Electric', 'Chemicals', 'Metals', 'Tools', 'Machinery']
            when 'professional_services' then
                ['Consulting', 'Design', 'Advisory', 'Research', 'Legal', 'Translation', 'Staffing', 'Architects']
            when 'retail' then ['Foods', 'Trading', 'Stores', 'Living', 'Fashion', 'Books', 'Furniture', 'Outdoor']
            when 'finance' then
                ['Leasing', 'Capital', 'Insurance', 'Trust', 'Credit', 'Securities', 'Payments', 'Assets']
            else ['Clinic', 'Medical', 'Care', 'Pharma', 'Dental', 'Diagnostics', 'Rehab', 'Optics']
        end as second_words,
        case country
            when 'JP' then
                ['Osaka', 'Nagoya', 'Fukuoka', 'Sapporo', 'Sendai', 'Hiroshima', 'Kyoto', 'Niigata', 'Okayama']
            when 'US' then
                ['Denver', 'Austin', 'Portland', 'Madison', 'Raleigh', 'Tucson', 'Boise', 'Omaha', 'Dayton']
            when 'DE' then
                ['Hamburg', 'Bremen', 'Leipzig', 'Kiel', 'Ulm', 'Mainz', 'Bonn', 'Kassel', 'Jena']
            else ['Lyon', 'Nantes', 'Lille', 'Rennes', 'Dijon', 'Tours', 'Nice', 'Metz', 'Caen']
        end as towns
    from described
),

-- 211 shares no factor with the number of combinations, so that each is met once before any repeats.
placed as (
    select
        *,
        len(first_words) as choices,
        len(first_words) * len(second_words) as combinations,
        cast((n * 211 + mixed('name', 0) % 100000) % (len(first_words) * len(second_words)) as integer) as place
    from worded
)

select
    n,
    industry,
    first_words[1 + place % choices] || ' ' || second_words[1 + place // choices]
    || case when n >= combinations then ' ' || towns[1 + (n // combinations - 1) % len(towns)] else '' end
    || case kind when 'internal' then ' (test)' when 'reseller' then ' Partners' else '' end as account_name
from placed;
