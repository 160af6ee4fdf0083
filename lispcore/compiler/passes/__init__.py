"""From core forms to better core forms, one pass a file."""
