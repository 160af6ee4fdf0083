"""Chapters about tests of programs."""
