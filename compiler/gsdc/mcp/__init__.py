"""A server for the Model Context Protocol: tools that agents and orchestrators call."""
