"""The policy: catalog x fleets x profile x project, resolved and typed, every value with its origin."""
