"""The measurements of bench/matching_scipy: python3 matching_scipy.py SIDE SOLVER, with psql's environment."""
import statistics
import subprocess
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

SIDE = int(sys.argv[1])
SOLVER = sys.argv[2]
ROW = np.dtype([('fields', '>i2'), ('a_size', '>i4'), ('a', '>i4'), ('b_size', '>i4'), ('b', '>i4'), ('cost_size', '>i4'), ('cost', '>f8')])
TURNS = 9
WARM = 3  # a process that keeps running, as scipy's does, has its memory from the turn before
PSQL = ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']


def fetch():
    out = subprocess.run([*PSQL, '-c', 'COPY (SELECT partner_a, partner_b::int, cost FROM dense) TO STDOUT (FORMAT binary)'],
                         check=True, stdout=subprocess.PIPE).stdout
    rows = np.frombuffer(out, ROW, count=SIDE * SIDE, offset=19)
    matrix = np.empty((SIDE, SIDE))
    matrix[rows['a'] - 1, rows['b'] - 1 - SIDE] = rows['cost']
    return matrix


def timed(name, action):
    start = time.perf_counter()
    result = action()
    times[name].append(1000 * (time.perf_counter() - start))
    return result


def assign(matrix):
    chosen = linear_sum_assignment(matrix)
    return matrix[chosen]


def in_server(query):
    """The query's own time in milliseconds and its rows, in a session that has run it before as often as WARM says."""
    out = subprocess.run(PSQL, check=True, stdout=subprocess.PIPE, text=True, input=f'{query};\n' * WARM + f'\\timing on\n{query};\n').stdout
    lines = out.splitlines()
    return float(lines[-1].split()[1]), lines[-2]


def solver(matrix):
    """The matching alone: its milliseconds and the optimum; the first run of a process is not counted."""
    out = subprocess.run([SOLVER, str(SIDE), '2'], check=True, stdout=subprocess.PIPE, input=matrix.tobytes()).stdout
    ms, total = out.splitlines()[-1].split()
    return float(ms), float(total)


def load():
    with open('/proc/loadavg') as file:
        return file.read().split()[0]


def show(name, values):
    print(f'    {name:34} {statistics.median(values):8.1f} ms ({min(values):.1f} to {max(values):.1f})')


def compare(title, ours, theirs, bar):
    """Two that ran in the same turn have had the same machine: the median of their ratios."""
    ratio = statistics.median(a / b for a, b in zip(times[ours], times[theirs], strict=True))
    verdict = '' if bar is None else f', bar {bar}: ' + ('within' if ratio <= bar else 'MISSED')
    print(f'    {title:56} {ratio:6.2f} x{verdict}')


subprocess.run([*PSQL, '-v', f'side={SIDE}', '-v', 'rows=1000', '-f', 'matching.sql'], check=True, stdout=subprocess.DEVNULL)
SUGGEST = f"SELECT count(*), sum(cost) FROM suggest_pairings('SELECT generate_series(1, {2 * SIDE}) AS id', 'dense')"
READ = 'SELECT sum(cost), max(partner_a), max(partner_b) FROM dense'
times = {name: [] for name in ('scipy', 'solver', 'fetch and scipy', 'suggest_pairings', 'reading in SQL')}
load_before = load()
for turn in range(TURNS + 1):
    matrix = fetch()
    costs = timed('scipy', lambda m=matrix: assign(m))
    ms, total = solver(matrix)
    times['solver'].append(ms)
    ms, row = in_server(SUGGEST)
    times['suggest_pairings'].append(ms)
    timed('fetch and scipy', lambda: assign(fetch()))
    times['reading in SQL'].append(in_server(READ)[0])
    pairings, cost = row.split('|')
    for found in (total, float(cost)):
        assert int(pairings) == SIDE and abs(found - costs.sum()) <= 1e-9 * costs.sum(), (row, total)
for values in times.values():
    del values[0]

print(f'    {SIDE} x {SIDE}: all find {costs.sum():.9f}; {TURNS} turns, load {load_before} before and {load()} after')
show('scipy, matrix in memory', times['scipy'])
show('our solver, edges in memory', times['solver'])
show('scipy with fetching and filling', times['fetch and scipy'])
show('suggest_pairings as a whole', times['suggest_pairings'])
show('reading the rows in SQL', times['reading in SQL'])
compare('our solver / scipy, both in memory', 'solver', 'scipy', None)
compare('suggest_pairings / scipy with fetching and filling', 'suggest_pairings', 'fetch and scipy', None)
compare('suggest_pairings, reading included / scipy in memory', 'suggest_pairings', 'scipy', 2)
