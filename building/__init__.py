"""What build.py is made of: running programs, setting the checkout up, and the checks."""
