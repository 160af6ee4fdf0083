"""Numeric loops as WebAssembly: which loops can be, of what types they are, and their code."""
