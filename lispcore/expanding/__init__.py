"""From forms to core forms: macros, modules and the special forms."""
