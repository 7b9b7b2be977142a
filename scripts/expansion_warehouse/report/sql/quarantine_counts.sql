select count(*) as refused, sum(refused_mrr) as refused_mrr
from dq_quarantine
