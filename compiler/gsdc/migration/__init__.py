"""Analyse a change of policy: a semantic diff, its cost and risks, patches and a guide."""
