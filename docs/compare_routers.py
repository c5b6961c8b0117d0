#!/usr/bin/env python3
"""Compare the walks of `walkshed matrix` with those of two other routers, on random pairs of one extract.

    python -m venv venv && venv/bin/pip install pyvalhalla==3.9.1 pyroutelib3==2.0.0 numpy pyarrow shapely
    PATH=venv/bin:$PATH venv/bin/python compare_routers.py EXTRACT.osm.pbf -o DIR [--walkshed target/release/walkshed]

Needs Python 3.12 (the wheels of pyvalhalla). Draws points twice: at junctions of the walk network (routing alone is
compared) and up to 60 m off them (snapping as well). Writes DIR/pairs.csv, a row for each pair that one of the routers
walks within 20 minutes at 1.2 m/s, and prints the quantiles of the differences. All routers look for the shortest way,
with no penalty for anything; seconds are metres / 1.2. The same seed gives the same pairs.
"""

import argparse
import csv
import json
import math
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import shapely

SPEED = 1.2
WITHIN_M = 20 * 60 * SPEED
OFF_STREET_M = 60
WALKS_FROM_ONE = 4
# pyroutelib3 gives up after so many nodes, some three hours' walk.
SEARCH_NODES = 50_000
# The shortest way and nothing else: without all of these the "cost" of a Valhalla route is more than its length.
PENALTIES = ["step", "elevator", "gate", "maneuver", "destination_only", "private_access", "country_crossing", "service"]
VALHALLA = {f"{name}_penalty": 0 for name in PENALTIES} | {
    "shortest": True, "service_factor": 1, "gate_cost": 0, "country_crossing_cost": 0, "use_ferry": 0,
    "max_hiking_difficulty": 3,  # the hardest path that walkshed walks as well: sac_scale=demanding_mountain_hiking
}


def metres(one, other):
    """Great-circle distance of two (lon, lat)."""
    (lon1, lat1), (lon2, lat2) = [(math.radians(p[0]), math.radians(p[1])) for p in (one, other)]
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(a))


def junctions(walkshed, extract, out, flags):
    """OSM id and position of each junction of the walk network."""
    streets = out / "streets.parquet"
    run([walkshed, "graph", "export", extract, "-o", streets, "--overwrite", *flags])
    table = pyarrow.parquet.read_table(streets)
    first = [shapely.get_coordinates(shapely.from_wkb(g))[0] for g in table["geometry"].to_pylist()]
    found = dict(zip(table["from_osm_node"].to_pylist(), map(tuple, first)))
    return sorted(found.items())


def draw(nodes, count, off_street, rng):
    """Pairs of points (id, lon, lat) no farther apart than a walk can be, a few from each origin."""
    at = np.array([p for _, p in nodes])
    scale = np.array([math.cos(math.radians(at[:, 1].mean())) * 111_195, 111_195])
    plane = at * scale
    pairs = []

    def point(i):
        off = np.array([rng.uniform(-1, 1), rng.uniform(-1, 1)]) * off_street
        lon, lat = at[i] + off / scale
        return nodes[i][0], round(float(lon), 7), round(float(lat), 7)

    while len(pairs) < count:
        origin = rng.randrange(len(nodes))
        near = np.flatnonzero(np.hypot(*(plane - plane[origin]).T) < WITHIN_M)
        here = point(origin)
        pairs += [(here, point(int(near[rng.randrange(len(near))]))) for _ in range(WALKS_FROM_ONE)]
    return pairs[:count]


def ours(walkshed, extract, pairs, out, flags):
    """Metres of each pair by `walkshed matrix`; nothing where it finds no walk of an hour."""
    number = {}
    for name, side in (("from", 0), ("to", 1)):
        number[name] = {p: i for i, p in enumerate(dict.fromkeys(pair[side] for pair in pairs))}
        with open(out / f"{name}.csv", "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["id", "lon", "lat"])
            table.writerows((i, lon, lat) for (_, lon, lat), i in number[name].items())
    points = ["--from", out / "from.csv", "--to", out / "to.csv"]
    run([walkshed, "matrix", "--osm", extract, *points, "-o", out / "matrix.parquet", "--overwrite", *flags])
    found = pyarrow.parquet.read_table(out / "matrix.parquet")["distance_m"].to_pylist()
    return [found[number["from"][a] * len(number["to"]) + number["to"][b]] for a, b in pairs]


def valhalla(extract, pairs, out):
    """Metres of each pair by Valhalla, the legs between the points and the street added."""
    import valhalla as router

    tiles = out / "tiles"
    tiles.mkdir(exist_ok=True)
    config = router.get_config(tile_dir=str(tiles), tile_extract="", verbose=False)
    config["service_limits"]["pedestrian"]["max_distance"] = 100_000
    (out / "valhalla.json").write_text(json.dumps(config))
    run(["valhalla_build_tiles", "-c", out / "valhalla.json", extract])
    actor = router.Actor(str(out / "valhalla.json"))

    def walk(one, other):
        # Without this a point goes to a junction within 5 m of its street.
        ends = [{"lon": p[1], "lat": p[2], "node_snap_tolerance": 0} for p in (one, other)]
        query = {"locations": ends, "costing": "pedestrian",
                 "costing_options": {"pedestrian": VALHALLA}, "directions_type": "none"}
        try:
            trip = actor.route(query)["trip"]
        except RuntimeError:
            return None
        shape = decoded(trip["legs"][0]["shape"])
        legs = metres(one[1:], shape[0]) + metres(other[1:], shape[-1])
        return trip["summary"]["length"] * 1000 + legs

    return [walk(*pair) for pair in pairs]


def decoded(polyline):
    """The (lon, lat) of an encoded polyline with six decimals."""
    numbers, value, shift = [], 0, 0
    for five in (ord(letter) - 63 for letter in polyline):
        value |= (five & 31) << shift
        shift += 5
        if five < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    steps = np.array(numbers).reshape(-1, 2)
    return np.cumsum(steps, axis=0)[:, ::-1] / 1e6


def pyroutelib(extract, pairs):
    """Metres of each pair by pyroutelib3. It knows nodes only: pairs of junctions."""
    import pyroutelib3 as router

    profile = router.osm.FootProfile()
    profile.penalties = {highway: 1.0 for highway in profile.penalties}
    with open(extract, "rb") as file:
        graph = router.osm.Graph.from_file(profile, file)

    def walk(one, other):
        if one[0] not in graph.nodes or other[0] not in graph.nodes:
            return None
        try:
            found = router.find_route(graph, one[0], other[0], step_limit=SEARCH_NODES)
        except router.StepLimitExceeded:
            return None
        at = [graph.get_node(node).position for node in found]
        return sum(metres(a[::-1], b[::-1]) for a, b in zip(at, at[1:])) if found else None

    return [walk(*pair) for pair in pairs]


def summary(mine, theirs):
    """Quantiles of the differences in seconds, and who does not come there."""
    both = [abs(a - b) / SPEED for a, b in zip(mine, theirs) if a is not None and b is not None]
    quantiles = np.quantile(both, [0.5, 0.9, 0.99, 1.0]) if both else [float("nan")] * 4
    return {
        "pairs": len(mine), **{k: round(float(q), 1) for k, q in zip(["median", "p90", "p99", "max"], quantiles)},
        "over 4 s": sum(d > 4 for d in both),
        "only we": sum(a is not None and b is None for a, b in zip(mine, theirs)),
        "only they": sum(a is None and b is not None for a, b in zip(mine, theirs)),
    }


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("extract", type=Path)
    arguments.add_argument("-o", "--output", type=Path, required=True)
    arguments.add_argument("--walkshed", default="walkshed")
    arguments.add_argument("--pairs", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--flags", default="", help="rules and gates, such as '--gates open'")
    chosen = arguments.parse_args()
    out = chosen.output
    out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(chosen.seed)
    flags = chosen.flags.split()
    nodes = junctions(chosen.walkshed, chosen.extract, out, flags)
    rows = defaultdict(list)
    for kind, off_street in (("junctions", 0), ("off_street", OFF_STREET_M)):
        pairs = draw(nodes, 3 * chosen.pairs, off_street, rng)
        walks = {"walkshed": ours(chosen.walkshed, chosen.extract, pairs, out, flags)}
        walks["valhalla"] = valhalla(chosen.extract, pairs, out)
        near = [i for i in range(len(pairs)) if any((w[i] or math.inf) <= WITHIN_M for w in walks.values())]
        near = near[: chosen.pairs]
        pairs = [pairs[i] for i in near]
        walks = {name: [w[i] for i in near] for name, w in walks.items()}
        walks["pyroutelib3"] = pyroutelib(chosen.extract, pairs) if off_street == 0 else [None] * len(pairs)
        for name, theirs in list(walks.items())[1:]:
            if any(theirs):
                print(kind, name, summary(walks["walkshed"], theirs), flush=True)
        for i, (a, b) in enumerate(pairs):
            rows[kind].append([kind, *a, *b, *(w[i] for w in walks.values())])
    with open(out / "pairs.csv", "w", newline="") as file:
        table = csv.writer(file)
        ends = ["from_node", "from_lon", "from_lat", "to_node", "to_lon", "to_lat"]
        table.writerow(["kind", *ends, "walkshed_m", "valhalla_m", "pyroutelib3_m"])
        table.writerows(row for kind in rows.values() for row in kind)


if __name__ == "__main__":
    main()
