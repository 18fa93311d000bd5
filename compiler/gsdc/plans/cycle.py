"""Cycles in a dependency graph."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def cycles(graph: Mapping[Node, Sequence[Node]]) -> Iterator[tuple[Node, ...]]:
    """Yield a cycle for each set of nodes that wait for each other, the first node in the graph's order first.

    Depth first without recursion: thousands of plans may form one chain. A finished node is not visited again, so every
    cycle closed by a back edge is found once, in time linear in nodes and edges.
    """
    done: set[Node] = set()
    for start in graph:
        if start in done:
            continue
        path: list[Node] = [start]
        place = {start: 0}
        rest = [iter(graph.get(start, ()))]
        while path:
            following = next(rest[-1], None)
            if following is None:
                done.add(path[-1])
                del place[path.pop()]
                rest.pop()
            elif following in place:
                yield tuple(path[place[following] :])
            elif following not in done and following in graph:
                place[following] = len(path)
                path.append(following)
                rest.append(iter(graph[following]))
