"""Regular expressions: reading them, judging them, and matching in time that is bounded."""
