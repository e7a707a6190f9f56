#!/usr/bin/env python3
"""Write gap_measures.csv: every number of gap_measures and gap_groups that expected/gap.out
shows for the scores of test/sql/gap.sql, with mpmath (30 digits) from the textbook formulas.

    python3 make_gap_values.py > gap_measures.csv

Nothing is shared with the numerics: the rows are read from the SQL script itself, the noncentral
t distribution is the integral of the normal one over the chi distribution, its
noncentralities and the t and F quantiles are found by bisection, and sums are plain.  Formulas: Welch
(1947) for the difference; the delta method on the log scale for ratios; Steiger and
Fouladi (1997) for the limits of standardised differences; Hedges (1981) for the correction.
The comparison group may have another variance than the one that standardises
Glass's delta: its t has the variance 1/n_c v_c/v_r + 1/n_r instead of 1/n_r + 1/n_c.
"""
import os
import re

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 30

here = os.path.dirname(os.path.abspath(__file__))
script = open(os.path.join(here, "..", "sql", "gap.sql"), encoding="utf-8").read()
insert = re.search(r"INSERT INTO scores VALUES(.*?);", script, re.S).group(1)
rows = re.findall(r"\('(\w)', ('\w+'|NULL), '\w+', ([0-9.]+|NULL), (\d+)\)", insert)
groups = {}
for _, zone, score, pupils in rows:
    if zone != "NULL" and score != "NULL":
        groups.setdefault(zone.strip("'"), []).append((mpf(score), mpf(pupils)))


def bisect(f, low, high):
    """The root of an increasing function."""
    for _ in range(110):
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def noncentral_t_cdf(t, df, ncp):
    """P(Z + ncp <= t S) with S = chi / sqrt(df)."""
    def inner(s):
        density = mp.exp(df / 2 * mp.log(df / 2) - mp.loggamma(df / 2) + mp.log(2)
                         + (df - 1) * mp.log(s) - df * s * s / 2)
        return mp.ncdf(t * s - ncp) * density
    return mp.quad(inner, [0, mpf(1) / 4, mpf(1) / 2, 1, 2, 4, 8])


def t_cdf(t, df):
    x = df / (df + t * t)
    tail = mp.betainc(df / 2, mpf(1) / 2, 0, x, regularized=True) / 2
    return 1 - tail if t > 0 else tail


def f_cdf(f, a, b):
    return mp.betainc(a / 2, b / 2, 0, a * f / (a * f + b), regularized=True)


def limits(t, df):
    """Noncentralities at which t lies at the upper and the lower 2.5 per cent."""
    return [bisect(lambda ncp: tail - noncentral_t_cdf(t, df, ncp), mpf(-20), mpf(20))
            for tail in (mpf(975) / 1000, mpf(25) / 1000)]


z = bisect(lambda x: mp.ncdf(x) - mpf(975) / 1000, mpf(0), mpf(5))


def moments(name, weighted):
    w = [pupils if weighted else mpf(1) for _, pupils in groups[name]]
    x = [score for score, _ in groups[name]]
    total = sum(w)
    mean = sum(a * b for a, b in zip(w, x)) / total
    m2 = sum(a * (b - mean) ** 2 for a, b in zip(w, x))
    n_eff = total ** 2 / sum(a * a for a in w)
    variance = m2 / (total - total / n_eff)
    return len(x), total, mean, variance, n_eff


def row(kind, name, *values):
    print(",".join([kind, name] + ["" if v is None else mp.nstr(v, 17) for v in values]))


print("kind,name,estimate,std_error,ci_lower,ci_upper")
for weighted in (False, True):
    for name in ("inner", "outer"):
        n, total, mean, variance, n_eff = moments(name, weighted)
        # the columns are the mean, the standard deviation, the standard error and the weight
        row("weighted group" if weighted else "group", name, mean, mp.sqrt(variance),
            mp.sqrt(variance / n_eff), total)

n_r, _, r, v_r, _ = moments("inner", False)
n_c, _, c, v_c, _ = moments("outer", False)
n_r, n_c = mpf(n_r), mpf(n_c)
gap = r - c
a, b = v_r / n_r, v_c / n_c
error = mp.sqrt(a + b)
df = (a + b) ** 2 / (a * a / (n_r - 1) + b * b / (n_c - 1))
t = bisect(lambda x: t_cdf(x, df) - mpf(975) / 1000, mpf(0), mpf(100))
row("gap", "difference", gap, error, gap - t * error, gap + t * error)

log_error = mp.sqrt(a / r ** 2 + b / c ** 2)
low, high = mp.exp(-z * log_error), mp.exp(z * log_error)
parity = c / r
row("gap", "ratio", r / c, log_error, r / c * low, r / c * high)
row("gap", "parity_index", parity, log_error, parity * low, parity * high)
# below 1 the adjusted index is the index; its error is that of the index itself
assert parity * high < 1
row("gap", "adjusted_parity_index", parity, parity * log_error, parity * low, parity * high)
row("gap", "percent_gap", 100 * (1 - parity), 100 * parity * log_error,
    100 * (1 - parity * high), 100 * (1 - parity * low))

m = n_r + n_c - 2
d = gap / mp.sqrt(((n_r - 1) * v_r + (n_c - 1) * v_c) / m)
d_error = mp.sqrt(1 / n_r + 1 / n_c + d * d / (2 * (n_r + n_c)))
root = mp.sqrt(1 / n_r + 1 / n_c)
ncp = limits(d / root, m)
row("gap", "cohens_d", d, d_error, ncp[0] * root, ncp[1] * root)
j = mp.gamma(m / 2) / (mp.sqrt(m / 2) * mp.gamma((m - 1) / 2))
row("gap", "hedges_g", j * d, j * d_error, j * ncp[0] * root, j * ncp[1] * root)

delta = gap / mp.sqrt(v_r)
h = 1 / n_r + v_c / (n_c * v_r)
ncp = limits(delta / mp.sqrt(h), n_r - 1)
row("gap", "glass_delta", delta, mp.sqrt(h + delta ** 2 / (2 * (n_r - 1))), ncp[0] * mp.sqrt(h), ncp[1] * mp.sqrt(h))

row("gap", "log_ratio", mp.log(r / c), log_error, mp.log(r / c) - z * log_error, mp.log(r / c) + z * log_error)
ratio = v_r / v_c
upper = bisect(lambda f: f_cdf(f, n_r - 1, n_c - 1) - mpf(975) / 1000, mpf(0), mpf(1000))
lower = bisect(lambda f: f_cdf(f, n_r - 1, n_c - 1) - mpf(25) / 1000, mpf(0), mpf(1000))
row("gap", "variance_ratio", ratio, None, ratio / upper, ratio / lower)
