"""Formats of data as text: JSON, CSV, TOML, HTML, Markdown."""
