"""Workflows: programs in phases and steps that keep a journal and go on where they broke off."""
