"""The file system below a folder that a person named: nothing is created, replaced or deleted anywhere else."""
