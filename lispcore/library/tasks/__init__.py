"""Tasks, promises and channels."""
