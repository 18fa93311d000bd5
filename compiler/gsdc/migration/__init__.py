"""What a change of policy means: a semantic diff, its cost and risks, patches and a guide."""
