"""The values of the language: types, numbers, errors, printing, calls."""
