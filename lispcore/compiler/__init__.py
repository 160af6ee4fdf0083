"""From core forms to Python code. `pipeline.compile_unit` is the front door."""
