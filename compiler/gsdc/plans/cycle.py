"""Circles in what waits for what."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def cycles(graph: Mapping[Node, Sequence[Node]]) -> Iterator[tuple[Node, ...]]:
    """Yield a circle for each set of nodes that wait for each other, the first node in the graph's order leading.

    Depth first without recursion: plans by the thousand may wait in one line. A node is left behind once it is done, so
    every circle that is closed by a back edge is found once, in time linear in nodes and edges.
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
