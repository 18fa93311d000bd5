"""The file system: the user's files are read, and written only below a folder that a person named."""
