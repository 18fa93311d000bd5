"""From compiled to installed: what would change and cost, gates, one journaled transaction, history, rollback."""
