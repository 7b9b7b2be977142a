select account_id, booked_on, booking_type, product_id, starts_on
from fct_bookings
where booked_on is not null
order by account_id, booked_on desc, contract_line_id, starts_on
