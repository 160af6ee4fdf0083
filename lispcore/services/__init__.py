"""What editors ask of a program's text: mistakes, layout, names, calls. Nothing is run."""
