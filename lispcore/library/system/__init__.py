"""The surroundings of a program: time, output, the terminal, other programs, the web."""
