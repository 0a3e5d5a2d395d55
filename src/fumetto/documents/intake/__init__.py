"""Files on their way in: received, kept, parsed by a job, retried, replaced, deleted."""
