#!/usr/bin/env python3
"""Write random.csv: what src/stats/random.c must give, bit for bit, from the
published definitions of splitmix64, xoshiro256++ and the polar method, with
Python's integers and doubles (no function of the C library but sqrt).

    python3 make_random_values.py > random.csv

Columns: seed, draws, the last of these normals, FNV-1a over the 64-bit words
of all of them.
"""
import math
import struct

MASK = (1 << 64) - 1


class Xoshiro:
    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def bits(self):
        a, b, c, d = self.state
        s = (a + d) & MASK
        result = (((s << 23) | (s >> 41)) + a) & MASK
        c ^= a
        e = d ^ b
        b2 = b ^ c
        a2 = a ^ e
        c ^= (b << 17) & MASK
        self.state = [a2, b2, c, ((e << 45) | (e >> 19)) & MASK]
        return result

    def uniform(self):
        return (self.bits() >> 11) / 9007199254740992.0


def log(x):
    """The logarithm as random.h defines it: sums and quotients in a fixed order."""
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.70710678118654752440:
        mantissa *= 2.0
        exponent -= 1
    s = (mantissa - 1.0) / (mantissa + 1.0)
    s2 = s * s
    total = 0.0
    for k in range(23, 2, -2):
        total = (total + 1.0 / k) * s2
    return exponent * 0.69314718055994530942 + 2.0 * s * (1.0 + total)


def normals(seed, count):
    source = Xoshiro(seed)
    out = []
    while len(out) < count:
        u = 2.0 * source.uniform() - 1.0
        v = 2.0 * source.uniform() - 1.0
        q = u * u + v * v
        if 0.0 < q < 1.0:
            assert abs(log(q) - math.log(q)) <= 2e-15 * max(1.0, abs(math.log(q)))
            factor = math.sqrt(-2.0 * log(q) / q)
            out += [u * factor, v * factor]
    return out[:count]


print("seed,draws,last,checksum")
for seed in (0, 1, 42, 20230531, MASK):
    values = normals(seed, 20000)
    checksum = 14695981039346656037
    for value in values:
        word = struct.unpack("<Q", struct.pack("<d", value))[0]
        checksum = ((checksum ^ word) * 1099511628211) & MASK
    print("%d,%d,%.17g,%d" % (seed, len(values), values[-1], checksum))
