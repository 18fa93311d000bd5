"""Where events come from: one module for each client, each with the files that it writes and how to read them."""
