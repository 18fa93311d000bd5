"""Deploy compiled files: preview, cost, gates, one journaled transaction, history, rollback."""
