#!/usr/bin/env python3
"""Write logs.csv: reference values for test/unit/test_logs.c, made with mpmath
(60 digits, and as many more as the cancellation costs).

    python3 make_logs_values.py > logs.csv

The values are the definitions as they stand; nothing of the method of
src/stats/logs.h is used.  Every x is the exact value of the double that the csv
shows with 17 digits: tiny, on both sides of where the method changes (0.4,
-0.4 and 0.5), close to -1, large, and drawn at random over all scales.
The generalized entropies follow, for a range of orders: order_a for the order a.
Columns: function, x, value.
"""
import math
import random

import mpmath as mp

mp.mp.dps = 1000

FUNCTIONS = {
    "x_minus_log1p": lambda x: x - mp.log(1 + x),
    "entropy_term": lambda x: (1 + x) * mp.log(1 + x) - x,
    "expm1_minus_x": lambda x: mp.exp(x) - 1 - x,
}


def points(log_domain):
    """x >= -1 for the logarithms; for the exponential what does not overflow."""
    draw = random.Random(20260301)
    found = set()
    for exponent in (-150, -100, -50, -20, -16, -12, -8, -6, -5, -4, -3, -2, -1):
        for digits in (1.0, 2.7, 6.02):
            found |= {digits * 10.0 ** exponent, -digits * 10.0 ** exponent}
    for edge in (-0.5, -0.4, -0.2, -0.01, 0.01, 0.2, 0.4, 0.5, 0.6, 1.0):
        found |= {edge, math.nextafter(edge, -2), math.nextafter(edge, 2), edge * 1.01, edge * 0.99}
    for _ in range(80):
        size = 10.0 ** draw.uniform(-4, 1)
        found |= {size, -size}
    for _ in range(60):
        size = draw.uniform(0.39, 0.6)
        found |= {size, -size}
    if log_domain:
        found |= {2.0 ** -k - 1.0 for k in range(1, 53, 3)} | {math.nextafter(-1, 0)}
        found |= {10.0 ** k for k in (1, 2, 3, 5, 8, 12, 15, 16, 17, 20, 50, 100, 300)}
        found = {x for x in found if x > -1.0}
    else:
        found |= {20.0, 100.0, 700.0, -20.0, -100.0, -700.0, -1e10, -1e300}
    return sorted(found)


ORDERS = (-10.0, -2.5, -1.0, -1e-9, 1e-9, 0.25, 0.5, 1.0 - 1e-9, 1.0 + 1e-9, 1.5, 3.0, 10.0)


def entropy(order):
    a = mp.mpf(order)
    return lambda x: ((1 + x) ** a - 1 - a * x) / (a * (a - 1))


print("function,x,value")
for name, function in FUNCTIONS.items():
    for x in points(name != "expm1_minus_x"):
        print("%s,%.17g,%s" % (name, x, mp.nstr(function(mp.mpf(x)), 25, min_fixed=0, max_fixed=0)))
for order in ORDERS:
    for x in points(True)[::5]:
        if abs(mp.log(1 + mp.mpf(x)) * order) < 600:
            print("order_%.17g,%.17g,%s" % (order, x, mp.nstr(entropy(order)(mp.mpf(x)), 25, min_fixed=0, max_fixed=0)))
