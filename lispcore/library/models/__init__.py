"""What the chapters on models share. `exchange` and what it needs is imported with the first call.

That keeps the providers' code out of the start of an interpreter that may never ask a model.
"""
