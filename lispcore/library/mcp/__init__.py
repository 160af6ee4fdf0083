"""Servers of the Model Context Protocol (MCP): tools, resources and prompts of others."""
