"""Functions about the language itself: control, evaluation, help, questions about values."""
