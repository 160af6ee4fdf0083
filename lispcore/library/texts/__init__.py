"""Functions of strings, characters and prose."""
