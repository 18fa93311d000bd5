"""The summary of a plan, which get-shit-done writes beside it when it has carried the plan out."""


def summary_of(path: str) -> str | None:
    """Return the path of a plan's summary; None for a file whose name says "PLAN" nowhere."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.replace('PLAN', 'SUMMARY')}" if "PLAN" in name else None
