"""Who did what: the audit log, to be read by the owner."""
