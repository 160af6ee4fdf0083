"""The command line: running programs, answering batches, talking at a prompt."""
