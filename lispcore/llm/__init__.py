"""Model calls, knowing nothing of Lisp: messages, requests, events, providers, framing, client."""
