#!/usr/bin/env python3
"""Write noncentral_t.csv: reference values for test/unit/test_noncentral_t.c,
made with mpmath (40 digits or more).

    python3 make_noncentral_t_values.py > noncentral_t.csv

The method is another one than that of src/stats/noncentral_t.c: the sum over
Poisson weights and incomplete beta functions of Lenth (Appl. Stat. 38, 1989,
AS 243) with as many digits as its cancellation costs, and for large
noncentralities the integral over the normal variable with the regularised
incomplete gamma function inside.  Every argument is the exact value of the
double that the csv shows with 17 digits.  Columns: function, its arguments,
value; limits are the noncentralities at which the tail is (1 - confidence) / 2.
"""
import mpmath as mp
from mpmath import mpf

mp.mp.dps = 40


def by_series(t, df, ncp, upper):
    """P(T <= t) or P(T > t), t > 0, by AS 243, upwards recurrence in 80+ digits."""
    half = ncp * ncp / 2
    terms = int(half + 25 * mp.sqrt(half) + 120)
    with mp.workdps(60 + int(half / 2)):
        x = t * t / (df + t * t)
        b = df / 2
        p = mp.exp(-half)
        q = ncp * mp.exp(-half) * mp.sqrt(mpf(2) / mp.pi)
        odd = mp.betainc(mpf(1) / 2, b, 0, x, regularized=True)
        even = 1 - mp.power(1 - x, b)
        step_odd = mp.sqrt(x) * mp.power(1 - x, b) * 2 / mp.beta(mpf(1) / 2, b)
        step_even = x * mp.power(1 - x, b) / mp.beta(1, b)
        total = mpf(0)
        for j in range(terms):
            total += p * odd + q * even
            odd -= step_odd
            even -= step_even
            a = mpf(j) + mpf(1) / 2
            step_odd *= x * (a + b) / (a + 1)
            a = mpf(j) + 1
            step_even *= x * (a + b) / (a + 1)
            p *= half / (j + 1)
            q *= half / (j + mpf(3) / 2)
        value = mp.ncdf(-ncp) + total / 2
        return +(1 - value if upper else value)


def by_integral(t, df, ncp, upper):
    """The same as the integral of phi(z) P(S >= (z + ncp) / t), t > 0, ncp > 0."""
    def inner(z):
        s = (z + ncp) / t
        if s <= 0:
            g = mpf(0)
        else:
            g = mp.gammainc(df / 2, 0, df * s * s / 2, regularized=True)
        return mp.npdf(z) * (g if upper else 1 - g)
    cuts = [mpf(k) for k in range(-14, 15)]
    return mp.quad(inner, cuts)


def tail(t, df, ncp, upper):
    if t < 0:
        return tail(-t, df, -ncp, not upper)
    if t == 0:
        return mp.ncdf(ncp if upper else -ncp)
    if abs(ncp) <= 45:
        return by_series(t, df, ncp, upper)
    if ncp < 0 or df > 1000:
        raise ValueError("no method for this case")
    return by_integral(t, df, ncp, upper)


def limit(t, df, confidence, upper_tail):
    """Secant steps on the normal quantile of the tail."""
    p = (1 - confidence) / 2
    z = mp.sqrt(2) * mp.erfinv(2 * p - 1)

    def miss(ncp):
        return mp.sqrt(2) * mp.erfinv(2 * tail(t, df, ncp, upper_tail) - 1) - z
    start = t + (z if upper_tail else -z) * mp.sqrt(1 + t * t / (2 * df))
    with mp.workdps(40):
        return mp.findroot(miss, (start, start + mpf("0.01")), solver="secant", tol=mpf(10) ** -25)


def show(name, arguments, value):
    cells = ["%.17g" % float(x) for x in arguments]
    print(",".join([name] + cells + [mp.nstr(value, 20, min_fixed=0, max_fixed=0)]))


def main():
    print("function,a,b,c,value")
    cases = []
    for df in ("0.5", "1", "2", "2.5", "10", "33.7", "104", "1000", "25000.5", "1e6", "1e9"):
        for t, ncp in (("0.3", "0"), ("2.5", "2"), ("2.5", "-1"), ("-1.5", "2.25"), ("0.001", "1"),
                       ("12", "9"), ("3", "8"), ("0", "1.5"), ("30", "25"), ("-30", "-33"), ("5", "-4")):
            cases.append((t, df, ncp))
    for case in (("1000", "1", "40"), ("1e6", "2", "30"), ("200", "3", "44"), ("1e9", "1", "10"),
                 ("400", "20", "300"), ("90", "12.5", "100"), ("1000", "5", "700"), ("5000", "40", "4500"),
                 ("1e5", "8", "9e4")):
        cases.append(case)
    for t, df, ncp in cases:
        a = [mpf(float(v)) for v in (t, df, ncp)]
        lower = tail(a[0], a[1], a[2], False)
        upper = tail(a[0], a[1], a[2], True)
        if lower > mpf(10) ** -200:
            show("cdf", a, lower)
        if upper > mpf(10) ** -200:
            show("upper", a, upper)
    for t, df, confidence in (("0", "10", "0.95"), ("0.5", "3", "0.95"), ("2.9", "104", "0.95"), ("2.9", "104", "0.9"),
                              ("-2.9", "7.5", "0.99"), ("6", "1", "0.95"), ("12", "58", "0.999"), ("2", "2e5", "0.95"),
                              ("1.5", "1e9", "0.5"), ("25", "300", "0.95")):
        a = [mpf(float(v)) for v in (t, df, confidence)]
        show("limit_lower", a, limit(a[0], a[1], a[2], True))
        show("limit_upper", a, limit(a[0], a[1], a[2], False))


main()
