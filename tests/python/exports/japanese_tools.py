"""Small exports of the tools that Japanese articles on customer success name.

Headers as the pages say that stand beside each; where no public page has them, the list says so.
Rows are invented.
"""

from __future__ import annotations

# https://help.datahub.sansan.com/hc/ja/articles/30079225578521
SANSAN = """会社名,部署,役職,姓,名,email1,TEL1,携帯番号,タグ,メモ,名刺交換日,名刺ID,退職者フラグ,人事異動発令日
株式会社 朝日,営業部,部長,髙橋,一郎,ichiro@asahi.example,03-0000-0000,,,,2025/04/01,101,,
株式会社 朝日,総務部,経理部長,鈴木,花子,hanako@asahi.example,,,,,令和7年5月1日,102,,2025/06/01
青木商事,,,田中,,t@aoki.example,,,"a,b",,,103,,
青木商事,,課長,佐藤,次郎,j@aoki.example,,,,,2024/01/10,104,1,
"""
# https://satorihelp.zendesk.com/hc/ja/articles/360006122473
SATORI = """datetime,satoriid,ipaddress,useragent,currenturl,refererurl,segmentidset,customer_id
2025-04-01 10:00:00,abc,192.0.2.1,Mozilla,https://example.test/a,,1 2,77
2025-04-01 10:01:30,abc,192.0.2.1,Mozilla,https://example.test/b,,1 2,77
2025-04-02 08:00:00,xyz,192.0.2.9,Mozilla,https://example.test/,,,
"""
# Fields of a lead: http://seotech.jp/1286
KAIROS3_LEADS = """氏名,メールアドレス,会社名,部署名,役職名,メール配信可否,登録ユーザ
山田 太郎,taro@a.example,A社,情報部,課長,承諾,担当
川口 花,hana@a.example,A社,,,拒否,担当
"""
# The headers of this log are on no public page.
KAIROS3_BEHAVIOUR = """メールアドレス,会社名,日時,行動
taro@a.example,A社,2025/4/1 9:30,Webアクセス
taro@a.example,A社,2025/4/2 9:31,メール開封
hana@a.example,A社,2025/4/3 12:00,セミナー参加
"""
# 案件キー, 案件名, 案件タイプ, 進捗状況: the pages that the mapping names; the others are invented.
ESALES_DEALS = """案件キー,顧客コード,顧客名,案件名,案件タイプ,月額（千円）,提案日,決着日,進捗状況,失注理由
D-1,C01,朝日,増席 2025,増席,"1,250.5",2025/04/10,2025/05/01,受注,
D-2,C02,青木,オプション,オプション,30,2025/04/11,,提案中,
D-3,C03,新規,はじめて,新規,99,2025/04/12,,見込,
D-4,C01,朝日,更新,長期契約,△5,2025/04/12,2025/06/30,失注,価格
"""
ESALES_ACTIVITIES = """活動キー,顧客コード,活動日,活動区分,自社担当者,当日面談者,結果
A-1,C01,2025年4月9日,訪問,鈴木,部長 ほか,面談済
A-2,C02,2025/4/10,電話,鈴木,,不在
A-3,C02,2025/4/11,,佐藤,,
"""
# https://help.zoho.com/portal/ja/kb/crm/customize-crm-account/customizing-fields
ZOHO = """データID,商談名,取引先名,種類,ステージ,総額,通貨,作成日時,完了予定日,完了日,商談の担当者,確度,売上の期待値
zcrm_1,朝日 増席,朝日,増席,受注,1200000,JPY,2025-04-01 10:00:00,2025-05-31,2025-05-20,鈴木,100,1200000
zcrm_2,青木,青木,既存ビジネス,見積もりの提示,"¥360,000",,2025-04-02 11:00:00,2025-06-30,,佐藤,50,180000
zcrm_3,新規,新,新規ビジネス,条件確認,1,JPY,2025-04-03 11:00:00,,,佐藤,10,0.1
"""
# https://fivetran.com/docs/connectors/applications/pardot/connector-schema
PARDOT = """id,campaign_id,prospect_id,visitor_id,created_at,type,details
9001,5,301,701,2025-04-01T01:02:03Z,20,https://example.test/
9002,5,301,701,2025-04-01T01:03:03Z,1,Newsletter
9003,5,,702,2025-04-01T02:00:00Z,20,
9004,5,302,703,2025-04-01T02:00:00Z,6,Newsletter
"""
# No public page has the headers of this download.
LOOV = """視聴ID,顧客番号,視聴者名,動画名,視聴開始日時,視聴時間,完了率
v1,C01,田中,使い方 1,2025/04/01 10:00,120,80%
v2,C01,田中,上位プランのご紹介,2025/04/01 10:05,60,100%
"""
# https://developers.qodex.ai/zoom-public/zoom-meeting-api/report-users-userid-meetings/get-meeting-reports
MEETINGS = """uuid,id,topic,start_time,end_time,duration,participants_count,user_name,user_email,顧客番号
iOTQ==,392,定例,2025-04-01T01:00:00Z,2025-04-01T02:00:00Z,60,4,鈴木,s@example.test,C01
jOTQ==,393,社内,2025-04-01T03:00:00Z,2025-04-01T03:30:00Z,30,3,鈴木,s@example.test,
"""
# https://support.miitel.jp/hc/ja/articles/360036042892
CALLS = """通話種別,シーケンス ID,ユーザー名,会社名,応対開始日時,応対メモ
発信,s-1,鈴木,朝日,2025/04/01 10:00:00,"長い
メモ"
発信 (不在),s-2,鈴木,青木,2025/04/01 10:10:00,
内線,s-3,内線,,2025/04/01 10:20:00,
"""
CONTRACTS = """契約番号,枝番,顧客番号,顧客名,商品,プラン,席数,月額単価（千円）,値引率,契約開始日,解約日,状態
K-1,1,C01,朝日,,ビジネス,12,"1.5",10%,R7.4.1,,契約中
K-1,2,C01,朝日,拡張,,,20,,2025/4/1,2025年10月1日,解約済
K-2,1,C02,青木,,スタンダード,5,五千,,2025/04/01,,契約中
K-3,1,C03,見込客,,フリー,1,0,,2025/04/01,,見込
,,合計,,,,,21.5,,,,契約中
"""

EXPORTS: dict[str, dict[str, str]] = {
    "sansan_cards": {"cards.csv": SANSAN},
    "satori_actions": {"dmp.csv": SATORI},
    "kairos3_leads": {"leads.csv": KAIROS3_LEADS, "行動履歴.csv": KAIROS3_BEHAVIOUR},
    "esales_manager": {"案件.csv": ESALES_DEALS, "活動.csv": ESALES_ACTIVITIES},
    "zoho_deals": {"Deals.csv": ZOHO},
    "pardot_activities": {"visitor_activity.csv": PARDOT},
    "loov_views": {"views.csv": LOOV},
    "web_meetings": {"meetings.csv": MEETINGS},
    "call_notes": {"calls.csv": CALLS},
    "contracts": {"contracts.csv": CONTRACTS},
}
