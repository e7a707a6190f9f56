#!/usr/bin/env python3
"""Write segregation.csv: reference values for test/unit/test_segregation.c, from
the textbook formulas in exact fractions, logarithms with mpmath (60 digits).

    python3 make_segregation_values.py > segregation.csv

Synthetic counts that are hard on floating point: a group that is all but a billionth of
the whole, spreads that are even but for a few members, units without
the rare groups, counts beyond 2^53.  A row with the measure "cells" starts a case and
holds its counts as unit:group:n; the others are measures of it, "which" being the group
or the unit that they are about.  Units are in the parts unit % 2.
"""
from fractions import Fraction as F
import mpmath as mp

mp.mp.dps = 60


def real(x):
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, F) else x


def entropy(shares):
    return -mp.fsum(real(q) * mp.log(real(q)) for q in shares if q > 0)


def mutual(counts):
    """M of {unit: {group: n}}."""
    total = sum(sum(u.values()) for u in counts.values())
    groups = {}
    for u in counts.values():
        for g, n in u.items():
            groups[g] = groups.get(g, 0) + n
    terms = []
    for u in counts.values():
        size = sum(u.values())
        for g, n in u.items():
            if n > 0:
                terms.append(real(F(n, total)) * mp.log(real(F(n * total, size * groups[g]))))
    return mp.fsum(terms), entropy([F(n, total) for n in groups.values()])


def measures(counts):
    total = sum(sum(u.values()) for u in counts.values())
    size = {u: sum(c.values()) for u, c in counts.items()}
    names = sorted({g for c in counts.values() for g in c})
    groups = {g: sum(c.get(g, 0) for c in counts.values()) for g in names}
    share = {g: F(n, total) for g, n in groups.items()}
    inter = sum(q * (1 - q) for q in share.values())
    m, e = mutual(counts)
    yield "mutual_information", "", m
    yield "entropy", "", e
    yield "information_index", "", m / e
    d = sum(F(size[u], total) * abs(F(c.get(g, 0), size[u]) - share[g])
            for u, c in counts.items() for g in names)
    r = sum(F(size[u], total) * (F(c.get(g, 0), size[u]) - share[g]) ** 2
            for u, c in counts.items() for g in names)
    yield "dissimilarity", "", d / (2 * inter)
    yield "relative_diversity", "", r / inter
    for g in names:
        a, b = groups[g], total - groups[g]
        iso = sum(F(c.get(g, 0), a) * F(c.get(g, 0), size[u]) for u, c in counts.items())
        yield "group_dissimilarity", g, sum(
            abs(F(c.get(g, 0), a) - F(size[u] - c.get(g, 0), b)) for u, c in counts.items()) / 2
        yield "isolation", g, iso
        yield "eta_squared", g, (iso - share[g]) / (1 - share[g])
    for u, c in counts.items():
        yield "local", u, mp.fsum(real(F(n, size[u])) * mp.log(real(F(n * total, size[u] * groups[g])))
                                  for g, n in c.items() if n > 0)
    parts = {}
    for u, c in counts.items():
        for g, n in c.items():
            part = parts.setdefault(u % 2, {})
            part[g] = part.get(g, 0) + n
    between, _ = mutual(parts)
    yield "m_between", "", between
    yield "m_within", "", m - between


def spread(units, size, rare, step):
    """Units of about that size, a rare group in every step-th."""
    return {u: {0: size + 37 * u, 1: rare if u % step == 0 else 0} for u in range(units)}


CASES = [
    spread(6, 10 ** 9, 1, 1),
    spread(6, 10 ** 9, 1, 6),
    spread(5, 10 ** 12, 3, 2),
    # even but for one member of 4 * 10^8
    {0: {0: 10 ** 8, 1: 10 ** 8}, 1: {0: 10 ** 8, 1: 10 ** 8 + 1}},
    # a rare group in exact proportion, but for one
    {0: {0: 3 * 10 ** 10, 1: 30}, 1: {0: 7 * 10 ** 10, 1: 70}, 2: {0: 10 ** 10, 1: 11}},
    # two large groups in exact proportion, the third is apart
    {0: {0: 6 * 10 ** 9, 1: 4 * 10 ** 9, 2: 5}, 1: {0: 12 * 10 ** 9, 1: 8 * 10 ** 9}},
    # one unit of nobody but the majority, and one of nobody but the others
    {0: {0: 10 ** 13}, 1: {1: 7, 2: 1}, 2: {0: 10 ** 6, 2: 1}},
    # a unit that lacks one group of everybody
    {0: {0: 5, 1: 3}, 1: {0: 50000000, 1: 30000000, 2: 10}, 2: {0: 2, 1: 2, 2: 1}},
    {0: {0: 2 ** 45 + 1, 1: 2 ** 20, 2: 1}, 1: {0: 2 ** 45 - 1, 1: 2 ** 20 + 1, 3: 2}},
    # totals that no double holds
    {0: {0: 2 ** 60, 1: 3}, 1: {0: 2 ** 60 + 2 ** 10, 1: 5, 2: 1}, 2: {0: 2 ** 40, 1: 1}},
    # plain ones
    {0: {0: 30, 1: 10}, 1: {0: 5, 1: 25, 2: 4}, 2: {2: 17}},
    {0: {0: 120, 1: 121}, 1: {0: 119, 1: 118}, 2: {0: 60, 1: 59}},
]

print("case,measure,which,value")
for i, case in enumerate(CASES):
    case = {u: {g: n for g, n in c.items() if n > 0} for u, c in case.items()}
    print(f"{i},cells,," + " ".join(f"{u}:{g}:{n}" for u, c in case.items() for g, n in c.items()))
    for measure, which, value in measures(case):
        print(f"{i},{measure},{which},{mp.nstr(real(value), 20)}")
