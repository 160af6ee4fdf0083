"""Chapters about many rows: a function over a data set, with the output as the journal."""
