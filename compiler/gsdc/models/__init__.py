"""The identity in a model's id: host, maker, line, generation. Independent of policies, so every layer may use it."""
