"""Functions of lists, vectors, maps and arrays."""
