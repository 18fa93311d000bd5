"""The sources of events: one module for each client, with the location of its files and a reader."""
