"""Who runs and who waits: the scheduler, its tasks, and the host and session that they run in."""
