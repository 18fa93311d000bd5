"""Import: create a gsdc.yaml from existing client files, so that compiling it reproduces them."""
