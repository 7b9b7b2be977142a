"""A browser reads the pages of a report; what they show is compared with the marts."""
