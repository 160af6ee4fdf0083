"""What a program shows besides text: views, charts and forms."""
