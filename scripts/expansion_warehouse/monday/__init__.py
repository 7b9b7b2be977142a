"""The Monday pack: whom to call first and why, made of the marts of a run."""
