-- The CSV names an organization by its name alone: file account_links says whose it is.
select
    "Id" as id,
    "Organization" as organization_id,
    "Requester id" as requester_id,
    lower("Status") as status,
    lower("Priority") as priority,
    lower("Ticket type") as type,
    "Created at" as created_at,
    "Updated at" as updated_at,
    "Solved at" as solved_at,
    "Tags" as tags,
    null as topic_value,
    lower("Satisfaction Score") as score
from export.tickets
