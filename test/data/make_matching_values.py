#!/usr/bin/env python3
"""Write matching.csv: optima for test/unit/test_matching.c, by other solvers.

    python3 make_matching_values.py > matching.csv       (Debian: python3-scipy python3-networkx)

A problem is made from its row by the generator below, which the test repeats in C: SplitMix64,
a node's capacity and mark first, then the edges in the order of their ends. Costs are whole numbers, so the
optimum is exact: most marked nodes covered, then the least cost. In the last three kinds no node is marked: what
counts is the benefit, which is the cost with the sign changed, and the column cost holds the most total benefit, negative.

dense    every pair of two sides, all marked, capacity 1     scipy.optimize.linear_sum_assignment
sides    some pairs of two sides, capacities, marks          networkx.network_simplex
graph    any pairs, capacity 1, marks                        networkx.max_weight_matching
capacity any pairs, capacities, marks                        scipy.optimize.milp (HiGHS), first the number, then the cost
worth    every pair of two sides, capacity 1                 scipy.optimize.linear_sum_assignment
worths   any pairs, capacity 1                               networkx.max_weight_matching
places   any pairs, capacities                               scipy.optimize.milp (HiGHS)
"""
import sys

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

MASK = (1 << 64) - 1
UNMARKED = ('worth', 'worths', 'places')


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        return (z >> 11) % n


def problem(kind, seed, a, b, percent, capacities, low, high):
    """Capacities, marks and edges (i, j, cost). b is 0 where there are no sides."""
    random = Random(seed)
    n = a + b
    capacity, marked = [], []
    for _ in range(n):
        capacity.append(1 + random.below(capacities))
        marked.append(kind not in UNMARKED and (kind == 'dense' or random.below(4) != 0))
    edges = []
    for i in range(a if b else n):
        for j in range(a if b else i + 1, n):
            if random.below(100) < percent:
                edges.append((i, j, low + random.below(high - low + 1)))
    return capacity, marked, edges


def dense(a, b, capacity, marked, edges):
    cost = np.array([c for _, _, c in edges], dtype=float).reshape(a, b)
    rows, columns = linear_sum_assignment(cost)
    return 2 * len(rows), int(cost[rows, columns].sum())


def sides(a, b, capacity, marked, edges):
    bonus = 1 + 2 * sum(abs(c) for _, _, c in edges)
    g = nx.MultiDiGraph()
    total = sum(capacity[:a])
    g.add_node('from', demand=-total)
    g.add_node('to', demand=total)
    g.add_edge('from', 'to', capacity=total, weight=0)
    for v, room in enumerate(capacity):
        for first, units in ((True, 1), (False, room - 1)):
            if units == 0:
                continue
            ends = ('from', v) if v < a else (v, 'to')
            g.add_edge(*ends, capacity=units, weight=-bonus if first and marked[v] else 0)
    for i, j, c in edges:
        g.add_edge(i, j, capacity=1, weight=c)
    value, flow = nx.network_simplex(g)
    used = [(i, j, c) for n, (i, j, c) in enumerate(edges) if flow.get(i, {}).get(j, {}).get(0, 0)]
    covered = {v for i, j, _ in used for v in (i, j) if marked[v]}
    cost = sum(c for _, _, c in used)
    assert value == cost - bonus * len(covered)
    return len(covered), cost


def graph(a, b, capacity, marked, edges):
    bonus = 1 + 2 * sum(abs(c) for _, _, c in edges)
    g = nx.Graph()
    for i, j, c in edges:
        g.add_edge(i, j, weight=bonus * (marked[i] + marked[j]) - c)
    cost_of = {(i, j): c for i, j, c in edges}
    used = [tuple(sorted(e)) for e in nx.max_weight_matching(g)]
    return (sum(marked[i] + marked[j] for i, j in used), sum(cost_of[e] for e in used))


def by_milp(a, b, capacity, marked, edges):
    """x: edge used; z: marked node covered."""
    n, m = len(capacity), len(edges)
    degree = np.zeros((n, m))
    for e, (i, j, _) in enumerate(edges):
        degree[i, e] = degree[j, e] = 1
    within = LinearConstraint(np.hstack([degree, np.zeros((n, n))]), -np.inf, capacity)
    covered = LinearConstraint(np.hstack([degree, -np.eye(n)]), 0, np.inf)
    upper = np.concatenate([np.ones(m), np.array(marked, dtype=float)])
    count = np.concatenate([np.zeros(m), np.ones(n)])
    cost = np.concatenate([[c for _, _, c in edges], np.zeros(n)])

    def solve(objective, *more):
        r = milp(objective, constraints=[within, covered, *more], integrality=np.ones(m + n),
                 bounds=Bounds(0, upper), options={'mip_rel_gap': 0})
        assert r.success
        return round(r.fun)

    best = -solve(-count)
    return best, solve(cost, LinearConstraint(count, best, best))


def worth(a, b, capacity, marked, edges):
    """A pair that is worth nothing stands for none."""
    benefit = np.array([max(-c, 0) for _, _, c in edges], dtype=float).reshape(a, b)
    rows, columns = linear_sum_assignment(benefit, maximize=True)
    return 0, -int(benefit[rows, columns].sum())


def worths(a, b, capacity, marked, edges):
    g = nx.Graph()
    for i, j, c in edges:
        g.add_edge(i, j, weight=-c)
    return 0, -sum(g[i][j]['weight'] for i, j in nx.max_weight_matching(g))


def places(a, b, capacity, marked, edges):
    degree = np.zeros((len(capacity), len(edges)))
    for e, (i, j, _) in enumerate(edges):
        degree[i, e] = degree[j, e] = 1
    r = milp([c for _, _, c in edges], constraints=[LinearConstraint(degree, -np.inf, capacity)],
             integrality=np.ones(len(edges)), bounds=Bounds(0, 1), options={'mip_rel_gap': 0})
    assert r.success
    return 0, round(r.fun)


SOLVERS = {'dense': dense, 'sides': sides, 'graph': graph, 'capacity': by_milp,
           'worth': worth, 'worths': worths, 'places': places}


def main():
    out = sys.stdout
    out.write('kind,seed,a,b,percent,capacities,low,high,covered,cost\n')
    for k in range(50):
        low, high = ((0, 9), (0, 1000), (-20, 100), (0, 1000000))[k % 4]
        for kind, row in (
                ('dense', (20 + 3 * k, 20 + 3 * k if k % 3 else 90, 100, 1)),
                ('sides', (20 + 2 * k, 15 + 3 * k, (5, 20, 60)[k % 3], (1, 3, 6)[k // 3 % 3])),
                ('graph', (20 + 2 * k, 0, (4, 10, 40)[k % 3], 1)),
                ('capacity', (12 + k // 2, 0, (12, 25, 50)[k % 3], (2, 3, 4)[k // 3 % 3]))):
            a, b, percent, capacities = row
            seed = 1000 * k + len(kind)
            made = problem(kind, seed, a, b, percent, capacities, low, high)
            covered, cost = SOLVERS[kind](a, b, *made)
            out.write(f'{kind},{seed},{a},{b},{percent},{capacities},{low},{high},{covered},{cost}\n')
    for k in range(50):
        low, high = ((-9, 3), (-1000, 0), (-100, 400), (-1000000, 1000000))[k % 4]
        for kind, row in (
                ('worth', (20 + 3 * k, 20 + 3 * k if k % 3 else 90, 100, 1)),
                ('worths', (20 + 2 * k, 0, (4, 10, 40)[k % 3], 1)),
                ('places', (12 + k, 0, (12, 25, 50)[k % 3], (2, 3, 4)[k // 3 % 3]))):
            a, b, percent, capacities = row
            seed = 1000 * k + 500 + len(kind)
            made = problem(kind, seed, a, b, percent, capacities, low, high)
            covered, cost = SOLVERS[kind](a, b, *made)
            out.write(f'{kind},{seed},{a},{b},{percent},{capacities},{low},{high},{covered},{cost}\n')


main()
