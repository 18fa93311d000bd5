"""The reverse compile: from the files that clients have, a gsdc.yaml from which they would be compiled again."""
