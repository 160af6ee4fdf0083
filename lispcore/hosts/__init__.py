"""The edge: everything that touches a network, a clock, a screen or a browser lives below here."""
