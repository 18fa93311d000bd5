"""The file system: how files of the user's are read, and written only below a folder that a person named."""
