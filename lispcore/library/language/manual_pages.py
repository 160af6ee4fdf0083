"""The contents of the manual: made by web/tools/page_tables.py from docs/manual."""

from __future__ import annotations

# Part, name and title of each page.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("Begin", "start", "The first ten minutes"),
    ("Begin", "values", "Values"),
    ("Begin", "functions", "Functions and variables"),
    ("Begin", "choices", "Choices and patterns"),
    ("Begin", "loops", "Loops"),
    ("Begin", "data", "Lists and maps"),
    ("Begin", "text", "Text"),
    ("Begin", "showing", "Tables, charts, forms"),
    ("Begin", "errors", "When something fails"),
    ("Models", "models", "Asking a model"),
    ("Models", "chat", "Messages and conversations"),
    ("Models", "prompts", "Prompts are values"),
    ("Models", "streaming", "Streaming"),
    ("Models", "images", "Images"),
    ("Models", "sound", "Sound and film"),
    ("Models", "structured", "Data from a text"),
    ("Models", "tools", "Tools and agents"),
    ("Models", "retrieval", "Search by meaning"),
    ("Models", "costs", "Costs and limits"),
    ("Models", "recordings", "Recordings"),
    ("Models", "evals", "Tests of prompts"),
    ("Jobs", "tasks", "Tasks and channels"),
    ("Jobs", "files", "Files"),
    ("Jobs", "database", "A database"),
    ("Jobs", "macros", "Macros"),
    ("Jobs", "modules", "Several files"),
    ("Jobs", "workflows", "Workflows"),
    ("Jobs", "debugging", "Step by step"),
    ("Around it", "sharing", "Sharing and embedding"),
    ("Around it", "safety", "Keys and safety"),
    ("Around it", "terminal", "On the terminal and from Python"),
)
