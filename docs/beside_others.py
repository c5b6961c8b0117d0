#!/usr/bin/env python3
"""The nearest outlet of 30 formats and counts within 15 minutes, by scipy and pandana, on the work of `beside_others`.

    cargo run --release -p walkshed --example beside_others -- city.osm.pbf WORK
    python -m venv venv && venv/bin/pip install numpy scipy pandana
    venv/bin/python docs/beside_others.py WORK [scipy|pandana]

Everything that has to be set up is counted, reading the files is not; one thread; CPU seconds. scipy gets the same nodes,
times and ends of streets, and must find our times but for outlets on the cell's own street; pandana knows no ends of streets
and goes from node to node, so its answers are near ours and no more. The peak of memory is that of the whole process.
"""

import os
import resource
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402

FORMATS = 30
BUDGET = 15 * 60 * 64


def column(folder, name, width):
    """A file of 32-bit numbers, so many to a row."""
    return np.fromfile(folder / name, dtype="<i4").reshape(-1, width)


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(what, began, cells):
    seconds = time.process_time() - began
    print(f"{what}: {seconds:.3f} s, {cells / seconds:,.0f} cells a second, peak {peak_mb():.0f} MB", flush=True)


def by_cell(cells, count, times):
    """The least of start plus time over the starts of each cell."""
    through = cells[:, 2] + times[cells[:, 1]]
    least = np.full(count, np.inf)
    np.minimum.at(least, cells[:, 0], through)
    return least


def reversed_graph(edges, ends, sources, nodes):
    """The graph against its edges, with a source for each group of ends; of parallel edges the quickest."""
    from scipy.sparse import csr_array

    tail = np.concatenate([edges[:, 1], nodes + sources])
    head = np.concatenate([edges[:, 0], ends[:, 0]])
    # scipy has no edges of no length in a sparse matrix that it may prune; a 1024th of a tick changes no whole tick.
    ticks = np.concatenate([edges[:, 2], ends[:, 1]]) + 1 / 1024
    order = np.lexsort((ticks, head, tail))
    tail, head, ticks = tail[order], head[order], ticks[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    size = nodes + sources.max() + 1
    return csr_array((ticks[first], (tail[first], head[first])), shape=(size, size))


def scipy_way(edges, nodes, cells, outlets, count, answer):
    from scipy.sparse.csgraph import dijkstra

    edges = edges[edges[:, 2] <= BUDGET]
    began = time.process_time()
    graph = reversed_graph(edges, outlets[:, 2:], outlets[:, 1], nodes)
    nearest = np.full((count, FORMATS), np.inf)
    for kind in range(FORMATS):
        times = dijkstra(graph, indices=nodes + kind, limit=BUDGET + 1)
        nearest[:, kind] = by_cell(cells, count, times)
    told("scipy, nearest, one search for each format", began, count)
    found = np.where(np.floor(nearest) <= BUDGET, np.floor(nearest), -1)
    print(f"  the same as ours: {np.mean(found == answer[:, :, 2]):.4%}")

    began = time.process_time()
    graph = reversed_graph(edges, outlets[:, 2:], outlets[:, 0], nodes)
    within = np.zeros((count, FORMATS), dtype=np.int64)
    kinds = dict(zip(outlets[:, 0].tolist(), outlets[:, 1].tolist()))
    for outlet, kind in kinds.items():
        times = dijkstra(graph, indices=nodes + outlet, limit=BUDGET + 1)
        within[:, kind] += np.floor(by_cell(cells, count, times)) <= BUDGET
    told("scipy, counts, one search for each outlet", began, count)
    print(f"  the same as ours: {np.mean(within == answer[:, :, 3]):.4%}")


def pandana_way(folder, edges, nodes, cells, outlets, count):
    import pandana
    import pandas

    at = column(folder, "nodes", 2) / 1e7
    began = time.process_time()
    seconds = pandas.DataFrame({"ticks": edges[:, 2].astype(float)})
    both = pandas.Series(range(nodes))
    network = pandana.Network(
        pandas.Series(at[:, 0], both), pandas.Series(at[:, 1], both), pandas.Series(edges[:, 0]),
        pandas.Series(edges[:, 1]), seconds, twoway=False,
    )
    network.precompute(BUDGET)
    print(f"pandana, set up: {time.process_time() - began:.1f} s", flush=True)
    # A cell is at the nearer end of its street.
    order = np.lexsort((cells[:, 2], cells[:, 0]))
    _, first = np.unique(cells[order, 0], return_index=True)
    of_cell = cells[order][first, 1]
    order = np.lexsort((outlets[:, 3], outlets[:, 0]))
    _, first = np.unique(outlets[order, 0], return_index=True)
    placed = outlets[order][first]
    for kind in range(FORMATS):
        here = placed[placed[:, 1] == kind, 2]
        network.set_pois(str(kind), BUDGET, 1, pandas.Series(at[here, 0]), pandas.Series(at[here, 1]))
        network.nearest_pois(BUDGET, str(kind), num_pois=1).loc[of_cell]
    told("pandana, nearest, set-up counted", began, count)
    began_counts = time.process_time()
    for kind in range(FORMATS):
        here = placed[placed[:, 1] == kind, 2]
        network.set(pandas.Series(here), variable=pandas.Series(np.ones(len(here))), name=str(kind))
        network.aggregate(BUDGET, type="count", decay="flat", name=str(kind)).loc[of_cell]
    told("pandana, counts (and the set-up above)", began_counts, count)


def main():
    folder = Path(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else "scipy"
    edges, cells, outlets = column(folder, "edges", 3), column(folder, "cells", 3), column(folder, "outlets", 4)
    nodes = len(column(folder, "nodes", 2))
    answer = column(folder, "answer", 4)
    count = answer[:, 0].max() + 1
    answer = answer.reshape(count, FORMATS, 4)
    print(f"{folder}: {nodes} nodes, {count} cells")
    if wanted == "scipy":
        scipy_way(edges, nodes, cells, outlets, count, answer)
    else:
        pandana_way(folder, edges, nodes, cells, outlets, count)


if __name__ == "__main__":
    main()
