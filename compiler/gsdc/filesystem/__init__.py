"""The file system: how files of the user's are read and written."""
