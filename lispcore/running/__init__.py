"""A session at work: its globals and units, what compiled code calls, and what errors mean."""
