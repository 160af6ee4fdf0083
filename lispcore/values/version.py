"""The version of the package, for all that reports it; pyproject.toml reads it here."""

VERSION = "0.1.0"
