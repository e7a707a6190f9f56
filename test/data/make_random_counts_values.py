#!/usr/bin/env python3
"""Write random_counts.csv: what src/stats/random_counts.c must give, from the published algorithms, with
Python's doubles (no function of the C library but sqrt and floor).

    python3 make_random_counts_values.py > random_counts.csv

BTRS: W. Hoermann, J. Statist. Comput. Simul. 46 (1993).  HRUA: E. Stadlober, J. Comput. Appl. Math. 31 (1990).
The table of Stirling's rests is computed here, from factorials with 50 digits.
Columns: distribution, three parameters (n, p, unused; good, bad, sample), draws, FNV-1a over the counts.
"""
import contextlib
import io
import math
import pathlib
from decimal import Decimal, getcontext
from math import floor, sqrt

here = pathlib.Path(__file__).parent
scope = {}
with contextlib.redirect_stdout(io.StringIO()):
    exec((here / "make_random_values.py").read_text(), scope)
Xoshiro, log, MASK = scope["Xoshiro"], scope["log"], scope["MASK"]

getcontext().prec = 50
LOG_2_PI = Decimal("1.83787706640934548356065947281123527972279494727556682563")
REST = [float(Decimal(math.factorial(k)).ln() - ((k + Decimal("0.5")) * Decimal(k + 1).ln() - (k + 1) + LOG_2_PI / 2))
        for k in range(10)]


def rest(k):
    if k < 10:
        return REST[int(k)]
    return (1 / 12 - (1 / 360 - 1 / 1260 / (k + 1) ** 2) / (k + 1) ** 2) / (k + 1)


def log_factorial(k):
    return (k + 0.5) * log(k + 1) - (k + 1) + float(LOG_2_PI / 2) + rest(k)


def none_of(n, p):
    if p > 0.001:
        exponent = n * log(1 - p)
    else:
        series = 0.0
        for i in range(6, 0, -1):
            series = (series + 1 / i) * p
        exponent = series * -n
    x = exponent / 1024
    total = 1.0
    for i in range(8, 0, -1):
        total = 1 + total * x / i
    for _ in range(10):
        total *= total
    return total


def binomial(source, n, p):
    if p > 0.5:
        return n - binomial(source, n, 1 - p)
    if n * p < 10:
        while True:
            u, probability, k = source.uniform(), none_of(n, p), 0.0
            while u > probability and k < n and k < 110:
                u -= probability
                k += 1
                probability = (n - k + 1) * p * probability / (k * (1 - p))
            if u <= probability:
                return k
    r, spq = p / (1 - p), sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spq
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c, vr, alpha, m = n * p + 0.5, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * spq, floor((n + 1) * p)
    while True:
        u, v = source.uniform() - 0.5, source.uniform()
        us = 0.5 - abs(u)
        k = floor((2 * a / us + b) * u + c)
        if k < 0 or k > n:
            continue
        if us >= 0.07 and v <= vr:
            return k
        upper = ((m + 0.5) * log((m + 1) / (r * (n - m + 1))) + (n + 1) * log((n - m + 1) / (n - k + 1)) +
                 (k + 0.5) * log(r * (n - k + 1) / (k + 1)) + rest(m) + rest(n - m) - rest(k) - rest(n - k))
        if log(v * alpha / (a / (us * us) + b)) <= upper:
            return k


def hypergeometric(source, good, bad, sample):
    if good > bad:
        return sample - hypergeometric(source, bad, good, sample)
    if 2 * sample > good + bad:
        return good - hypergeometric(source, good, bad, good + bad - sample)
    if sample < 20:
        left = good
        for _ in range(sample):
            if left == 0:
                break
            if source.uniform() * (left + bad) < left:
                left -= 1
            else:
                bad -= 1
        return good - left
    total = good + bad
    share = good / total
    centre = sample * share + 0.5
    spread = sqrt((total - sample) / (total - 1) * sample * share * (1 - share) + 0.5)
    width = 2 * sqrt(2 / math.e) * spread + (3 - 2 * sqrt(3 / math.e))
    mode = floor((sample + 1) * (good + 1) / (total + 2))

    def height(k):
        return log_factorial(k) + log_factorial(good - k) + log_factorial(sample - k) + log_factorial(bad - sample + k)
    end = min(min(sample, good) + 1, floor(centre + 16 * spread))
    while True:
        x, y = source.uniform(), source.uniform()
        k = centre + width * (y - 0.5) / x
        if k < 0 or k >= end:
            continue
        k = floor(k)
        t = height(mode) - height(k)
        if x * (4 - x) - 3 <= t:
            return k
        if x * (x - t) < 1 and 2 * log(x) <= t:
            return k


print("distribution,a,b,c,draws,checksum")
for name, *x in (("binomial", 1, 0.3, 0), ("binomial", 40, 0.2, 0), ("binomial", 40, 0.9, 0), ("binomial", 100000, 0.00002, 0),
                 ("binomial", 100, 0.4, 0), ("binomial", 12345, 0.77, 0), ("binomial", 1000000000, 0.01, 0),
                 ("hypergeometric", 5, 3, 4), ("hypergeometric", 30, 50, 8), ("hypergeometric", 200, 300, 60),
                 ("hypergeometric", 300, 200, 440), ("hypergeometric", 100000, 2000000, 3000), ("hypergeometric", 9000, 100, 4000)):
    source = Xoshiro(7)
    checksum = 14695981039346656037
    for _ in range(4000):
        k = binomial(source, x[0], x[1]) if name == "binomial" else hypergeometric(source, *x)
        checksum = ((checksum ^ int(k)) * 1099511628211) & MASK
    print("%s,%d,%.17g,%d,4000,%d" % (name, *x, checksum))
