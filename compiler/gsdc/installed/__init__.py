"""What clients make of the files that stand in a project, whoever wrote them."""
