"""Printing under the name that other programs know: `print_value` and `pretty`."""

from lispcore.values.printing import pretty, print_value

__all__ = ["pretty", "print_value"]
