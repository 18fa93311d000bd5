"""``gsdc guard``: the hook of a client."""

import click


@click.command(epilog="Example: gsdc guard claude-code < hook.json")
@click.argument("client", type=click.Choice(["claude-code", "opencode-plugin"]), default="claude-code")
def command(client: str) -> None:
    """Answer a client's hook: may this agent start on this model?

    Reads the hook's JSON from standard input and writes the client's answer. Nothing is written where the agent may
    start. It is installed by `gsdc apply` where gsdc.yaml says `targets: {claude-code: {guard: deny}}`, and answers
    from the table that is compiled with it. If it fails, security agents are denied and others start, with a message.
    """
    from gsdc.guard.run import main

    main(client)
