"""What the chapters on models share: one call, the layers around it, and its memory."""
