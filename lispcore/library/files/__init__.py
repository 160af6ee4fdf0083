"""Files, paths, archives, streams and databases."""
