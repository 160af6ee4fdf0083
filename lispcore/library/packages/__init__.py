"""Code of others that a program imports: addresses, hashes that pin it, and where it is kept."""
