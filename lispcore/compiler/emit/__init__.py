"""From core forms and facts to the syntax tree of Python."""
