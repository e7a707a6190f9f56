"""The measurements of bench/matching_scipy: python3 matching_scipy.py SIDE, with psql's environment."""
import statistics
import subprocess
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

SIDE = int(sys.argv[1])
ROW = np.dtype([('fields', '>i2'), ('a_size', '>i4'), ('a', '>i4'), ('b_size', '>i4'), ('b', '>i4'), ('cost_size', '>i4'), ('cost', '>f8')])
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
    """The query's own time in milliseconds and its rows; the first run of a session is not counted."""
    out = subprocess.run(PSQL, check=True, stdout=subprocess.PIPE, text=True, input=f'{query};\n\\timing on\n{query};\n').stdout
    lines = out.splitlines()
    return float(lines[-1].split()[1]), lines[-2]


subprocess.run([*PSQL, '-v', f'side={SIDE}', '-v', 'rows=1000', '-f', 'matching.sql'], check=True, stdout=subprocess.DEVNULL)
times = {name: [] for name in ('scipy', 'fetch and scipy', 'suggest_pairings', 'reading in SQL')}
for turn in range(6):
    costs = timed('scipy', lambda m=fetch(): assign(m))
    timed('fetch and scipy', lambda: assign(fetch()))
    ms, row = in_server("SELECT pairings, cost FROM suggest('dense')")
    times['suggest_pairings'].append(ms)
    times['reading in SQL'].append(in_server('SELECT sum(cost), max(partner_a), max(partner_b) FROM dense')[0])
    pairings, cost = row.split('|')
    assert int(pairings) == SIDE and abs(float(cost) - costs.sum()) <= 1e-9 * costs.sum(), row
alone = statistics.median(times['scipy'][1:])
print(f'    {SIDE} x {SIDE}: both find {costs.sum():.9f}')
for name, values in times.items():
    median = statistics.median(values[1:])
    print(f'    {name:18} {median:8.1f} ms ({min(values[1:]):.1f} to {max(values[1:]):.1f}), {median / alone:6.2f} x scipy alone')
