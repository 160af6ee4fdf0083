"""One module per wire format; each only translates values: a request out, events in."""
