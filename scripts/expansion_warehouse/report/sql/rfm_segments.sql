select rfm_basis, rfm_segment, count(*) as accounts
from fct_rfm
where month = (select max(month) from fct_rfm)
group by rfm_basis, rfm_segment
order by rfm_basis, accounts desc, rfm_segment
