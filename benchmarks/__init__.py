"""Speed, as ratios inside one run: see `__main__.py`."""
