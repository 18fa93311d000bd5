"""What a model's id says: host, maker, line, generation. It knows nothing of policies, so every layer may ask it."""
