"""A Model Context Protocol server: tools for agents and orchestrators."""
