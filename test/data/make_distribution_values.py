#!/usr/bin/env python3
"""Write distribution.csv: reference values for test/unit/test_distribution.c
and test_proportion.c, made with mpmath (50 digits or more).

    python3 make_distribution_values.py > distribution.csv

The methods are other than those of src/stats/distribution.c: Lentz's
algorithm on the continued fraction DLMF 8.17.22 with mpmath's log gamma, and
Newton's method on it.  Every argument is the exact value of the double that
the csv shows with 17 digits; function names are those of the C code without
eqp_, or an interval end.
"""
import itertools
import sys

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 50
GUARD = 35          # digits that log gamma and the fraction may lose


def fraction(a, b, x):
    """DLMF 8.17.22 by the modified Lentz algorithm."""
    tiny = mpf(10) ** (-500)
    f = c = mpf(1)
    d = mpf(0)
    eps = mpf(10) ** (-(mp.mp.dps - 5))
    for i in range(2000000):
        m = i // 2
        if i == 0:
            num = mpf(1)
        elif i % 2 == 0:
            num = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            num = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        if i == 0:
            f, c, d = tiny, tiny, mpf(0)
        d = 1 + num * d if i else mpf(1)
        d = tiny if d == 0 else d
        c = 1 + num / c
        c = tiny if c == 0 else c
        d = 1 / d
        f *= c * d
        if i > 1 and abs(c * d - 1) < eps:
            return f
    raise ArithmeticError("no convergence")


def beta_tails(x, y, a, b):
    """I_x(a, b), 1 - I_x(a, b) and x^a y^b / B(a, b); y = 1 - x."""
    with mp.workdps(mp.mp.dps + GUARD):
        front = mp.exp(a * mp.log(x) + b * mp.log(y) + mp.loggamma(a + b)
                       - mp.loggamma(a) - mp.loggamma(b))
        if x < (a + 1) / (a + b + 2):
            low = front / a * fraction(a, b, x)
            return low, 1 - low, front
        up = front / b * fraction(b, a, y)
        return 1 - up, up, front


def solve(p, upper, a, b):
    """x and y = 1 - x with I_x(a, b) = p, or 1 - I_x(a, b) = p if upper."""
    p = mpf(p)
    if p > mpf(1) / 2:
        p, upper = 1 - p, not upper
    if upper:
        return solve(p, False, b, a)[::-1]
    if a > 1 and b > 1:
        z = -mp.sqrt(-2 * mp.log(p)) if p < 0.01 else -mp.sqrt(2) * mp.erfinv(1 - 2 * p)
        s = mp.log(a / b) + z * mp.sqrt(1 / a + 1 / b)
    else:
        logx = (mp.log(p * a) + mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)) / a
        s = logx - mp.log1p(-mp.exp(logx)) if logx < mp.log(a / (a + b)) else mp.log(a / b)
    for _ in range(100):
        x, y = 1 / (1 + mp.exp(-s)), 1 / (1 + mp.exp(s))
        low, _, front = beta_tails(x, y, a, b)
        miss = mp.log(low / p)
        s -= miss * low / front
        if abs(miss) < mpf(10) ** (-14):    # squared by this step
            return 1 / (1 + mp.exp(-s)), 1 / (1 + mp.exp(s))
    raise ArithmeticError("no root")


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def normal_quantile(p):
    if p == mpf(1) / 2:
        return mpf(0)
    if p > mpf(1) / 2:
        return -normal_quantile(1 - p)
    z = -mp.sqrt(-2 * mp.log(p)) if p < 0.01 else -mp.sqrt(2) * mp.erfinv(1 - 2 * p)
    for _ in range(200):
        step = mp.log(normal_cdf(z) / p) * normal_cdf(z) / mp.npdf(z)
        z -= step
        if abs(step) < mpf(10) ** (-45) * abs(z):
            break
    return z


def student_cdf(t, df):
    x, y = df / (df + t * t), t * t / (df + t * t)
    out, _, _ = beta_tails(x, y, df / 2, mpf(1) / 2)
    return out / 2 if t < 0 else 1 - out / 2


def student_quantile(p, df):
    if p > mpf(1) / 2:
        return -student_quantile(1 - p, df)
    x, y = solve(2 * p, False, df / 2, mpf(1) / 2)
    return -mp.sqrt(df * y / x)


def f_cdf(f, d1, d2):
    return beta_tails(d1 * f / (d1 * f + d2), d2 / (d1 * f + d2), d1 / 2, d2 / 2)[0]


def f_quantile(p, d1, d2):
    x, y = solve(p, False, d1 / 2, d2 / 2)
    return d2 * x / (d1 * y)


def clopper_pearson(x, n, conf):
    tail = (1 - conf) / 2
    return (solve(tail, False, x, n - x + 1)[0] if x > 0 else mpf(0),
            solve(tail, True, x + 1, n - x)[0] if x < n else mpf(1))


def jeffreys(x, n, conf):
    tail, half = (1 - conf) / 2, mpf(1) / 2
    return (solve(tail, False, x + half, n - x + half)[0] if x > 0 else mpf(0),
            solve(tail, True, x + half, n - x + half)[0] if x < n else mpf(1))


def wilson(x, n, conf):
    z, p = normal_quantile((1 + conf) / 2), x / n
    mid, half = p + z * z / (2 * n), z * mp.sqrt(p * (1 - p) / n + (z / n) ** 2 / 4)
    return ((mid - half) / (1 + z * z / n) if x > 0 else mpf(0),
            (mid + half) / (1 + z * z / n) if x < n else mpf(1))


def hedges(m):
    with mp.workdps(90):
        return mp.exp(mp.loggamma(m / 2) - mp.loggamma((m - 1) / 2)) / mp.sqrt(m / 2)


def check():
    """The fraction against mpmath's own incomplete beta function."""
    for a, b, x in itertools.product(("0.25", "1", "7.5", "60"), ("0.5", "3", "40"),
                                     ("0.01", "0.4", "0.97")):
        a, b, x = mpf(a), mpf(b), mpf(x)
        want = mp.betainc(a, b, 0, x, regularized=True)
        assert abs(beta_tails(x, 1 - x, a, b)[0] / want - 1) < mpf(10) ** (-40)


def row(name, args, value):
    args = [float(v) for v in args]
    text = ["%.17g" % v for v in args] + [""] * (3 - len(args))
    print(",".join([name] + text + [mp.nstr(value, 25)]))
    sys.stdout.flush()


def rows(name, function, *choices):
    for args in choices:
        args = [float(v) for v in args]
        row(name, args, function(*[mpf(v) for v in args]))


def main():
    check()
    print("function,a1,a2,a3,value")

    rows("normal_cdf", normal_cdf, *[(x,) for x in (
        -37, -20, -8.5, -5, -3, -1.96, -1, -0.3, -1e-9, 1e-300, 0.1, 0.7, 1.5, 2.5758, 6)])
    probs = (1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.005, 0.025, 0.1, 0.24, 0.25, 0.26,
             0.4, 0.4999, 0.5 - 2.0 ** -50, 0.5 + 1e-9, 0.6, 0.75, 0.76, 0.95, 0.975, 0.995,
             0.9999, 1 - 1e-10, 1 - 2.0 ** -53)
    rows("normal_quantile", normal_quantile, *[(p,) for p in probs])
    levels = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
    rows("normal_critical", lambda c: -normal_quantile((1 - c) / 2),
         *[(c,) for c in levels + (1e-9, 0.01, 0.3, 1 - 2.0 ** -53)])

    rows("beta_cdf", lambda x, a, b: beta_tails(x, 1 - x, a, b)[0],
         (0.5, 0.25, 0.25), (1e-40, 0.25, 1e9), (1e-9, 0.25, 1e9), (1e-8, 0.25, 1e9),
         (0.999, 300, 0.25), (0.99999, 300, 0.25), (0.3, 1, 1), (0.1, 2, 3), (0.9, 2, 3),
         (0.25, 40, 60), (0.35, 40, 60), (0.45, 40, 60), (0.6, 40, 60), (0.39, 4000, 6000),
         (0.41, 4000, 6000), (0.001, 12, 8000), (0.002, 12, 8000), (0.4999, 5e7, 5e7),
         (0.49995, 5e8, 5e8), (0.5, 5e8, 5e8), (0.50002, 5e8, 5e8), (1e-9, 1, 1e9),
         (5e-9, 0.5, 1e9), (3e-6, 2500, 999997500), (0.12345, 123456789, 876543211),
         (0.001, 5, 5), (1e-60, 5, 5), (0.7, 1e4, 2), (0.9997, 1e4, 2), (0.2, 63.5, 300),
         (0.2, 64.5, 200), (0.55, 100, 70))
    for a, b in ((0.25, 0.25), (0.25, 3), (0.25, 1e9), (0.5, 0.5), (1, 7), (2, 2.5), (30, 0.25),
                 (64, 64), (1000, 50), (1e5, 1e5), (1e9, 0.5), (1e9, 1e9), (3, 1e9)):
        for p in (1e-100, 1e-10, 0.001, 0.3, 0.5, 0.9, 1 - 1e-10):
            args = [mpf(float(v)) for v in (p, a, b)]
            x, _ = solve(args[0], False, args[1], args[2])
            row("beta_quantile", (p, a, b), x)
            if p in (1e-10, 0.3):
                row("beta_quantile_upper", (p, a, b), solve(args[0], True, args[1], args[2])[0])

    for df in (0.5, 1, 1.7, 2, 5, 28.3, 100, 2500, 123456.7, 1e9):
        rows("student_cdf", student_cdf, *[(t, df) for t in (-40, -3.3, -1.0001, -0.2, 1e-8, 0.9, 2)])
        rows("student_quantile", student_quantile, *[(p, df) for p in (
            1e-10, 0.001, 0.2, 0.4999, 0.9, 1 - 1e-10)])
        rows("student_critical", lambda c, d: -student_quantile((1 - c) / 2, d),
             *[(c, df) for c in (1e-6, 0.5, 0.95, 0.9999)])
    for d1, d2 in ((0.5, 0.5), (0.5, 1e9), (1, 7), (4, 0.5), (12.5, 30), (300, 200), (5e4, 3e5),
                   (1e9, 0.5), (1e9, 3), (1e9, 1e9)):
        rows("f_cdf", f_cdf, *[(f, d1, d2) for f in (0.01, 0.99995, 1.0001, 3)
                               if d1 + d2 < 1e8 or 0.9 < f < 1.1])
        rows("f_quantile", f_quantile, *[(p, d1, d2) for p in (1e-10, 0.025, 0.5, 0.95, 1 - 1e-10)])
    rows("f_cdf", f_cdf, (0.4375, 1422159.75, 1.0625), (0.95, 1e6, 12), (1.2, 40, 2.5e7))
    rows("hedges_correction", hedges, *[(m,) for m in (
        1 + 2.0 ** -40, 1.01, 1.5, 2, 3, 7.7, 18, 20, 103, 5000, 1e6, 1e9, 1e15)])

    for x, n in ((0, 1), (1, 2), (1, 10), (9, 10), (7, 20), (81, 263), (480, 500), (99999, 100000),
                 (0, 1000000), (0, 10 ** 9), (1, 10 ** 9), (123456789, 10 ** 9),
                 (10 ** 9 - 1, 10 ** 9)):
        for level in levels:
            args = [mpf(float(v)) for v in (x, n, level)]
            for name, method in (("wilson", wilson), ("clopper_pearson", clopper_pearson),
                                 ("jeffreys", jeffreys)):
                if name != "jeffreys" and level in (0.8, 0.99):
                    continue
                if name == "wilson" and level != 0.95:
                    continue
                low, high = method(*args)
                row(name + "_lower", (x, n, level), low)
                row(name + "_upper", (x, n, level), high)


main()
