-- The account of an organization by the key that whoever imports has stated.
create macro account_of(id, external_id) as case
    when getvariable('account_id_from') = 'external_id' then coalesce(external_id, id) else id
end;

-- Whether a score is an answer and not an offer that nobody took up.
create macro is_answer(score) as coalesce(
    lower(score) like 'good%' or lower(score) like 'bad%' or regexp_full_match(score, '[0-9]+([.][0-9]+)?'),
    false
);

-- Good is 1 and bad is 0 of a scale from 0 to 1; numbers are of one from 1 to 5.
create macro answer(score) as case
    when lower(score) like 'good%' then '1' when lower(score) like 'bad%' then '0' else score
end;

create macro lowest_answer(score) as case
    when lower(score) like 'good%' or lower(score) like 'bad%' then '0' when score is not null then '1'
end;

create macro highest_answer(score) as case
    when lower(score) like 'good%' or lower(score) like 'bad%' then '1' when score is not null then '5'
end;
