#!/usr/bin/env python3
"""What can be computed of the rows that min_n hides: an audit by linear programming.

    python3 test/audit/disclosure.py [REPORTS [SEED]]     in the environment of psql

Asks random reports of equipair and takes the place of a reader who has nothing but their rows.  Whatever is shown is an
equation in the counts of the subgroups, and what is hidden is unknown: whole numbers that are not negative, and at least
1 in all, as an empty row is shown.  For each hidden figure the solver finds the least and the greatest that fits, and
they are rounded inwards to whole numbers.  If they are equal, the reader knows the figure.

Run by hand, in a database that has the extension (script/test --keep pgtap gate keeps one); needs Debian's
python3-scipy.  The last line of each table is what docs/privacy.md quotes.  Exit code 1: one report gave a base away.
"""
import itertools
import json
import random
import re
import subprocess
import sys
from collections import Counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

MOST = 10000    # of any count: where nothing bounds it, this is what is found
COLUMNS = ["zone", "level", "kind"]

# What is counted of a subgroup, the figures that are sums of these, and what every reader knows of them: a sum >= 0.
COVERAGE = {
    "base": {"units": 1},
    "parts": ["units", "paired", "cross_zone", "external", "partners"],
    "figures": {c: {c: 1} for c in ["units", "paired", "cross_zone", "external", "partners"]},
    "known": [{"units": 1, "paired": -1}, {"paired": 1, "cross_zone": -1}, {"paired": 1, "external": -1},
              {"partners": 1, "paired": -1}],
}
COMPLETION = {
    "base": {c: 1 for c in ["on_time", "late", "overdue", "upcoming", "cancelled", "unplanned"]},
    "parts": ["on_time", "late", "overdue", "upcoming", "cancelled", "unplanned", "due_completed"],
    "figures": {
        "held": {"on_time": 1, "late": 1, "unplanned": 1},
        "planned": {"on_time": 1, "late": 1, "overdue": 1, "upcoming": 1, "cancelled": 1},
        "completed": {"on_time": 1, "late": 1}, "on_time": {"on_time": 1}, "late": {"late": 1},
        "overdue": {"overdue": 1}, "upcoming": {"upcoming": 1}, "cancelled": {"cancelled": 1},
        "unplanned": {"unplanned": 1}, "due": {"due_completed": 1, "overdue": 1},
    },
    "known": [{"on_time": 1, "late": 1, "due_completed": -1}],
}
TIMELINE = {
    "base": {"units": 1}, "parts": ["units", "paired", "cross_zone"],
    "figures": {c: {c: 1} for c in ["units", "paired", "cross_zone"]},
    "known": [{"units": 1, "paired": -1}, {"paired": 1, "cross_zone": -1}],
}
# A session is in the base once one of its two days is past; both may be.
CURVE = {
    "base": {"base": 1}, "parts": ["base", "planned", "held", "completed"],
    "figures": {"planned_to_date": {"planned": 1}, "held_to_date": {"held": 1}, "completed_to_date": {"completed": 1}},
    "known": [{"base": 1, "planned": -1}, {"base": 1, "held": -1}, {"held": 1, "completed": -1},
              {"base": 1, "planned": -1, "held": -1, "completed": 1}, {"planned": 1, "held": 1, "base": -1}],
}


def ask(script, queries):
    """The rows of each query, as lists of dictionaries."""
    lines = [f"SELECT coalesce(jsonb_agg(r), '[]') FROM ({q}) AS r;" for q in queries]
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], text=True, capture_output=True,
                          input="SET client_min_messages = error;\n" + script + "\n".join(lines))
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def table(name, columns, rows):
    """SQL that makes a temporary table of the rows."""
    def text(v):
        return "NULL" if v is None else f"'{v}'"
    values = ",".join("(" + ",".join(text(v) for v in row) + ")" for row in rows)
    names = ", ".join(c.split()[0] for c in columns)
    return f"CREATE TEMP TABLE {name} ({', '.join(columns)}); INSERT INTO {name} ({names}) VALUES {values};\n"


class Attack:
    """The unknown counts of all subgroups, and what a reader knows of them."""

    def __init__(self, kind, cells, times=1):
        self.kind, self.cells, self.times = kind, cells, times
        self.at = {(t, c, p): i for i, (t, c, p) in enumerate(itertools.product(range(times), cells, kind["parts"]))}
        self.n = len(self.at)
        self.rules = []
        self.found = []
        for t, c, k in itertools.product(range(times), cells, kind["known"]):
            self.rule(self.sum([c], k, t), 0, np.inf)

    def sum(self, cells, parts, time=0):
        return {self.at[time, c, p]: w for c in cells for p, w in parts.items()}

    def unknown(self):
        """One more unknown, 0 or 1."""
        self.n += 1
        self.rule({self.n - 1: 1}, 0, 1)
        return self.n - 1

    def rule(self, total, least, most):
        self.rules.append((total, least, most))

    def publish(self, row, time=0, most=np.inf):
        """What a row tells; most is what a hidden one can have."""
        cells = [c for c in self.cells if row["key"].items() <= dict(c).items()]
        if row["suppressed"]:
            self.rule(self.sum(cells, self.kind["base"], time), 1, most)
        else:
            for figure, parts in self.kind["figures"].items():
                self.rule(self.sum(cells, parts, time), row[figure], row[figure])
            if row.get("max_partners") is not None:
                for c in cells:
                    self.rule(self.sum([c], {"paired": row["max_partners"], "partners": -1}, time), 0, np.inf)
        return cells

    def close(self):
        at, sums = [], []
        for i, (total, _, _) in enumerate(self.rules):
            at += [(i, j) for j in total]
            sums += total.values()
        rows, columns = zip(*at)
        matrix = csr_matrix((sums, (rows, columns)), shape=(len(self.rules), self.n))
        self.constraint = LinearConstraint(matrix, [r[1] for r in self.rules], [r[2] for r in self.rules])

    def is_none(self, total):
        """Can a sum of what is not negative be nothing but 0?"""
        if any(sum(w * x[j] for j, w in total.items()) > 1 - 1e-6 for x in self.found):
            return False
        return self.bounds(total)[1] == 0

    def bounds(self, total):
        """The least and the greatest that a sum can be; None where nothing fits."""
        found = []
        for sign in (1, -1):
            goal = np.zeros(self.n)
            for j, w in total.items():
                goal[j] += sign * w
            if sign == 1 and any(goal @ x < 1e-6 for x in self.found):
                found.append(0)     # it was 0 in a solution for another figure
                continue
            # of HiGHS 1.2 the solver of linear programmes is relied on alone; now and then its presolve finds nothing
            for presolve in (True, False):
                done = milp(goal, integrality=np.zeros(self.n), bounds=Bounds(0, MOST), constraints=self.constraint,
                            options={"presolve": presolve})
                if done.status == 0:
                    break
            if done.status == 0:
                value = sign * done.fun
                found.append(int(np.ceil(value - 1e-6) if sign == 1 else np.floor(value + 1e-6)))
                self.found.append(done.x)
            elif done.status == 2:
                return None
            else:
                sys.exit(f"solver: {done.message}")
        return found[0], found[1]


def look(attack, hidden, count, min_n):
    """Bounds of every figure of the hidden rows: (time, cells of the row, true figures)."""
    attack.close()
    for time, cells, truth in hidden:
        base = attack.sum(cells, attack.kind["base"], time)
        least, most = attack.bounds(base)
        count["rows"] += 1
        count["exact"] += least == most
        count["within"] += most - least < min_n
        for name, parts in attack.kind["figures"].items():
            figure = attack.sum(cells, parts, time)
            if figure == base:
                continue
            count["figures"] += 1
            low, high = attack.bounds(figure)
            if not low <= truth[name] <= high:
                sys.exit(f"{name} is {truth[name]}, but {low} to {high} was found")
            if high == 0:
                count["none"] += 1
            elif low == high:
                count["figures_exact"] += 1
            else:
                rest = Counter(base)
                rest.subtract(figure)
                count["all"] += attack.is_none(rest)


def reports_of(script, queries):
    """Rows of reports, each with the same row of the report that hides nothing, to hold the bounds against."""
    answers = ask(script, queries + [re.sub("min_n => [0-9]+", "min_n => 0", q) for q in queries])
    for answer, whole in zip(answers, answers[len(queries):]):
        rows_of(answer)
        for row, truth in zip(answer, rows_of(whole)):
            assert row["key"] == truth["key"] and not truth["suppressed"]
            row["truth"] = truth
    return answers[:len(queries)]


def rows_of(answer):
    """Rows as they are read."""
    for row in answer:
        row["key"] = row["subgroup_key"]
        if row.get("mean_partners") is not None:
            row["partners"] = round(row["mean_partners"] * row["units"])
    return answer


def cells_of(answers):
    """Every subgroup that can be, by all columns of the reports: rows that are told agree with it."""
    values = {}
    for answer in answers:
        for row in answer:
            for column, value in row["key"].items():
                values.setdefault(column, set()).add(value)
    cells = [dict(zip(values, v)) for v in itertools.product(*(sorted(s) for s in values.values()))]
    for answer in answers:
        depth = max((len(r["key"]) for r in answer), default=0)
        told = [r["key"] for r in answer if len(r["key"]) == depth]
        cells = [c for c in cells if any(t.items() <= c.items() for t in told)]
    return [tuple(c.items()) for c in cells]


# ---- Random programmes -----------------------------------------------------------------

def subgroup(rnd, sizes):
    """Some values are rare, as they are."""
    return [f"{c}{int(n * rnd.random() ** 2.5)}" for c, n in zip(COLUMNS, sizes)]


def programme(rnd, moving=0.05):
    """Units with their validity, of which a share comes and a share goes within two weeks; and pairings."""
    sizes = [rnd.randint(2, 4) for _ in COLUMNS]
    n = rnd.randint(20, 150)
    units = []
    for i in range(n):
        begin = "2024-01-15" if rnd.random() < moving else "2020-01-01"
        end = "2024-01-20" if rnd.random() < moving else None
        units.append([f"u{i}", *subgroup(rnd, sizes), begin, end])
    pairs = set()
    for _ in range(int(n * rnd.choice([0.05, 0.2, 0.5, 1]))):
        a, b = rnd.sample(range(n), 2)
        pairs.add((f"u{a}", f"u{b}" if rnd.random() < 0.9 else f"x{b}"))
    return units, sorted(pairs) or [("u0", "u1")]


def register(rnd, moving=1.0):
    """Sessions: subgroup, planned, held, cancelled; of those planned for the two weeks of two_days a share is kept."""
    sizes = [rnd.randint(2, 4) for _ in COLUMNS]
    rows = [session(rnd, subgroup(rnd, sizes)) for _ in range(rnd.randint(20, 150))]
    return [r for r in rows if not any(d and "2024-01-10" < d <= "2024-01-24" for d in r[3:5]) or rnd.random() < moving]


def session(rnd, of):
    planned, held = rnd.randint(1, 60), None
    if rnd.random() < 0.7:
        held = max(1, planned + rnd.choice([-3, 0, 0, 0, 5, 20]))
    if held and rnd.random() < 0.1:
        planned = None
    day = lambda d: None if d is None else f"2024-{1 + (d - 1) // 30:02d}-{1 + (d - 1) % 28:02d}"
    return [*of, day(planned), day(held), held is None and rnd.random() < 0.2]


UNIT = ["id text", "zone text", "level text", "kind text", "valid_from date", "valid_to date"]
PAIRING = ["partner_a text", "partner_b text"]
SESSION = ["zone text", "level text", "kind text", "planned_on date", "held_on date", "cancelled boolean"]


def coverage(by, min_n, schools="schools"):
    return (f"SELECT * FROM pairing_coverage('TABLE pg_temp.{schools}', 'TABLE pg_temp.pairings', by => '{{{','.join(by)}}}', "
            f"as_of => '2024-01-10', rollup => true, min_n => {min_n})")


def rates(by, min_n, sessions="sessions"):
    return (f"SELECT * FROM completion_rates('TABLE pg_temp.{sessions}', by => '{{{','.join(by)}}}', "
            f"as_of => '2024-02-01', rollup => true, min_n => {min_n})")


def make(rnd, kind, *moving):
    """SQL of a random programme, and how a report of it is called."""
    if kind is COVERAGE:
        units, pairs = programme(rnd, *moving)
        return table("schools", UNIT, units) + table("pairings", PAIRING, pairs), coverage, units
    rows = register(rnd, *moving)
    return table("sessions", SESSION, rows), rates, rows


# ---- The attacks -----------------------------------------------------------------------

def one_report(rnd, kind, count):
    min_n = rnd.choice([3, 5, 10])
    script, call, _ = make(rnd, kind)
    by = rnd.sample(COLUMNS, rnd.randint(1, 3))
    answer = reports_of(script, [call(by, min_n)])[0]
    attack = Attack(kind, cells_of([answer]))
    hidden = [(0, cells, row["truth"]) for row in answer for cells in [attack.publish(row)] if row["suppressed"]]
    if hidden:
        look(attack, hidden, count, min_n)
    return bool(hidden)


def two_groupings(rnd, kind, count, which):
    """Reports of the same rows with other columns."""
    min_n = rnd.choice([3, 5, 10])
    script, call, _ = make(rnd, kind)
    a, b, c = rnd.sample(COLUMNS, 3)
    first, second = {"turned": ([a, b], [b, a]), "apart": ([a], [b]), "shared": ([a, b], [a, c])}[which]
    answers = reports_of(script, [call(first, min_n), call(second, min_n)])
    attack = Attack(kind, cells_of(answers))
    hidden = []
    for row in answers[0] + answers[1]:
        cells = attack.publish(row)
        if row["suppressed"] and cells not in [h[1] for h in hidden]:
            hidden.append((0, cells, row["truth"]))
    if hidden:
        look(attack, hidden, count, min_n)
    return bool(hidden)


def two_days(rnd, kind, count, near):
    """Two periods; near: the reader also knows that no count changed by more than one, where that is so."""
    min_n = rnd.choice([3, 5, 10])
    by = rnd.sample(COLUMNS, rnd.randint(1, 2))
    moving = [0.01 if kind is TIMELINE else 0.1] if near else []
    script, _, _ = make(rnd, COVERAGE if kind is TIMELINE else COMPLETION, *moving)
    days = f"from_date => '2024-01-10', to_date => '2024-01-24', step => '14 days', rollup => true, min_n => {min_n}"
    source = "pairing_timeline('TABLE pg_temp.schools', 'TABLE pg_temp.pairings'" if kind is TIMELINE else \
        "completion_curve('TABLE pg_temp.sessions'"
    answer = reports_of(script, [f"SELECT * FROM {source}, by => '{{{','.join(by)}}}', {days})"])[0]
    starts = sorted({row["period_start"] for row in answer})
    attack = Attack(kind, cells_of([answer]), len(starts))
    hidden = []
    for row in answer:
        time = starts.index(row["period_start"])
        leaf = len(row["key"]) == len(by)
        cells = attack.publish(row, time, min_n - 1 if leaf else np.inf)
        if row["suppressed"]:
            hidden.append((time, cells, row["truth"]))
    known = {p for parts in kind["figures"].values() for p in parts}
    true = {}
    for row in answer:
        if len(row["key"]) == len(by):
            true.setdefault(row["subgroup"], []).append([row["truth"][f] for f in kind["figures"]])
    so = all(abs(a - b) <= 1 for days in true.values() for a, b in zip(days[0], days[-1]))
    for c, p in itertools.product(attack.cells, kind["parts"]):
        step = {attack.at[1, c, p]: 1, attack.at[0, c, p]: -1}
        if kind is CURVE:
            attack.rule(step, 0, np.inf)
        if near and p in known:
            attack.rule(step, -1, 1)
    if not hidden or near and not so:
        return False
    look(attack, hidden, count, min_n)
    return True


def one_row(rnd, kind, count, knows):
    """A report before and after one row came: the reader knows of which subgroup it is, or only that it came."""
    min_n = rnd.choice([3, 5, 10])
    script, call, rows = make(rnd, kind)
    by = rnd.sample(COLUMNS, rnd.randint(1, 2))
    like = rnd.choice(rows)
    if kind is COVERAGE:
        # its only partner is from outside, so no other unit changes
        new = ["new", *like[1:4], "2020-01-01", None]
        script += table("more", UNIT, rows + [new])
        if rnd.random() < 0.5:
            script += "INSERT INTO pairings VALUES ('new', 'x');\n"
        group, after = dict(zip(COLUMNS, like[1:4])), "more"
    else:
        new = session(rnd, like[:3])
        while new[3] is None:       # what is held later and was not planned does not count yet
            new = session(rnd, like[:3])
        script += table("more", SESSION, rows + [new])
        group, after = dict(zip(COLUMNS, like[:3])), "more"
    answers = reports_of(script, [call(by, min_n), call(by, min_n, after)])
    attack = Attack(kind, cells_of(answers[1:]), 2)
    hidden = []
    for time, row in [(t, row) for t in (0, 1) for row in answers[t]]:
        cells = attack.publish(row, time)
        if row["suppressed"]:
            hidden.append((time, cells, row["truth"]))
    told = {tuple(row["key"].items()) for row in answers[0]}
    came = {}
    for c in attack.cells:
        here = attack.unknown()
        if knows:
            is_it = dict(c).items() <= group.items()
            attack.rule({here: 1}, int(is_it), int(is_it))
        came[here] = 1
        for p in kind["parts"]:
            # no count changes unless the row came here, and then by one at most
            attack.rule({attack.at[1, c, p]: 1, attack.at[0, c, p]: -1}, 0, np.inf)
            attack.rule({attack.at[1, c, p]: 1, attack.at[0, c, p]: -1, here: -1}, -np.inf, 0)
        change = Counter(attack.sum([c], kind["base"], 1))
        change.update({j: -w for j, w in attack.sum([c], kind["base"], 0).items()})
        change[here] = -1
        attack.rule(dict(change), 0, 0)
        if not any(dict(t).items() <= dict(c).items() and len(t) == len(by) for t in told):
            attack.rule(attack.sum([c], kind["base"], 0), 0, 0)
    attack.rule(came, 1, 1)
    if not hidden:
        return False
    look(attack, hidden, count, min_n)
    if knows:
        # is it known of the row that came whether it is paired, or held?
        mine = [c for c in attack.cells if dict(c).items() <= group.items()]
        parts = kind["figures"]["paired" if kind is COVERAGE else "held"]
        change = Counter(attack.sum(mine, parts, 1))
        change.update({j: -w for j, w in attack.sum(mine, parts, 0).items()})
        low, high = attack.bounds(dict(change))
        shown = all(any(r["key"].items() <= group.items() and len(r["key"]) == len(by) and not r["suppressed"]
                        for r in answer) for answer in answers)
        count["new_shown" if shown else "new_hidden"] += 1
        count["new_known" if shown else "new_hidden_known"] += low == high
    return True


# ---- A reader who knows the rules ------------------------------------------------------

def rule(cells, total_shown, min_n):
    """What docs/report.md says is hidden of subgroups and their total: numbers of the subgroups, -1 for the total."""
    small = {i for i, n in enumerate(cells) if 0 < n < min_n}
    hidden, total = set(small), sum(cells)
    if 0 < total < min_n:
        return frozenset(hidden | {-1})
    while hidden and total_shown:
        left = sum(cells[i] for i in hidden)
        rest = [i for i, n in enumerate(cells) if n > 0 and i not in hidden]
        most = rest and len(hidden) > 2 and hidden <= small and left == len(hidden) * (min_n - 1)
        if len(hidden) > 1 and left > len(hidden) and not most:
            break
        hidden.add(min(rest, key=lambda i: cells[i]) if rest else -1)
        total_shown = bool(rest)
    return frozenset(hidden)


def knows_rules(rnd, count, reports):
    """One column and a total; the reader tries what can stand behind it, and keeps what the rules hide in the same way."""
    groups, queries = [], []
    for k in range(reports):
        min_n = rnd.choice([3, 5, 10])
        cells = [rnd.choice([rnd.randint(1, min_n - 1), rnd.randint(1, 3 * min_n)]) for _ in range(rnd.randint(2, 6))]
        groups.append((min_n, cells))
        source = "SELECT row_number() OVER () AS id, g FROM unnest(ARRAY[%s]) WITH ORDINALITY AS v (n, g), generate_series(1, n)" % \
            ", ".join(map(str, cells))
        queries.append(f"SELECT units, subgroup FROM pairing_coverage('{source}', 'SELECT 1 AS partner_a, 2 AS partner_b', "
                       f"by => '{{g}}', as_of => '2024-01-01', rollup => true, min_n => {min_n})")
    for (min_n, cells), answer in zip(groups, ask("", queries)):
        shown = [row["units"] for row in answer]
        hidden = [i for i, n in enumerate(shown[:-1]) if n is None]
        if not hidden or len(hidden) > 5:
            continue
        told = frozenset(hidden + ([-1] if shown[-1] is None else []))
        if rule(cells, True, min_n) != told:
            sys.exit(f"the rules are not what is documented: {cells}, min_n {min_n}")
        fits = [set() for _ in hidden]
        small = range(1, min_n)
        left = None if shown[-1] is None else shown[-1] - sum(n for n in shown[:-1] if n is not None)
        for others in itertools.product(small, repeat=len(hidden) - 1):
            # one of them may be large; a total that is hidden says nothing of it
            for last in range(1, 2 * min_n) if left is None else [left - sum(others)]:
                for at in range(len(hidden)) if last >= min_n else [len(hidden) - 1] if last > 0 else []:
                    guess = list(others[:at]) + [last] + list(others[at:])
                    whole = list(shown[:-1])
                    for i, n in zip(hidden, guess):
                        whole[i] = n
                    if rule(whole, True, min_n) == told:
                        for f, n in zip(fits, guess):
                            f.add(n)
        count["used"] += 1
        for i, f in zip(hidden, fits):
            count["rows"] += 1
            count["exact"] += len(f) == 1
            count["within"] += max(f) - min(f) < min_n
            count["small"] += cells[i] < min_n
            count["small_known"] += max(f) < min_n


CASES = [
    ("one report", "pairing_coverage", lambda r, c: one_report(r, COVERAGE, c)),
    ("one report", "completion_rates", lambda r, c: one_report(r, COMPLETION, c)),
    ("{a} and {b}", "pairing_coverage", lambda r, c: two_groupings(r, COVERAGE, c, "apart")),
    ("{a} and {b}", "completion_rates", lambda r, c: two_groupings(r, COMPLETION, c, "apart")),
    ("{a,b} and {b,a}", "pairing_coverage", lambda r, c: two_groupings(r, COVERAGE, c, "turned")),
    ("{a,b} and {b,a}", "completion_rates", lambda r, c: two_groupings(r, COMPLETION, c, "turned")),
    ("{a,b} and {a,c}", "pairing_coverage", lambda r, c: two_groupings(r, COVERAGE, c, "shared")),
    ("{a,b} and {a,c}", "completion_rates", lambda r, c: two_groupings(r, COMPLETION, c, "shared")),
    ("two periods", "pairing_timeline", lambda r, c: two_days(r, TIMELINE, c, False)),
    ("two periods", "completion_curve", lambda r, c: two_days(r, CURVE, c, False)),
    ("two periods, change <= 1", "pairing_timeline", lambda r, c: two_days(r, TIMELINE, c, True)),
    ("two periods, change <= 1", "completion_curve", lambda r, c: two_days(r, CURVE, c, True)),
    ("one row came, where unknown", "pairing_coverage", lambda r, c: one_row(r, COVERAGE, c, False)),
    ("one row came, where unknown", "completion_rates", lambda r, c: one_row(r, COMPLETION, c, False)),
    ("one row came, where known", "pairing_coverage", lambda r, c: one_row(r, COVERAGE, c, True)),
    ("one row came, where known", "completion_rates", lambda r, c: one_row(r, COMPLETION, c, True)),
]


def main():
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    failed = False
    print(f"{reports} random programmes a line, seed {seed}; columns count hidden rows and their hidden figures")
    print("| what is published | report | programmes with hidden rows | hidden rows | base exact | base within min_n "
          "| other figures | exact | known to be none | known to be all |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, report, attack in CASES:
        rnd = random.Random(f"{seed} {name} {report}")
        count = Counter()
        used = sum(attack(rnd, count) for _ in range(reports))
        print(f"| {name} | {report} | {used} | " + " | ".join(
            str(count[k]) for k in ["rows", "exact", "within", "figures", "figures_exact", "none", "all"]) + " |", flush=True)
        if "known" == name[-5:] and "where known" in name:
            print(f"  of the row that came, paired or held is known: {count['new_known']} of {count['new_shown']} where its "
                  f"subgroup is shown before and after, {count['new_hidden_known']} of {count['new_hidden']} where it is hidden", flush=True)
        failed |= name == "one report" and count["exact"] > 0
    count = Counter()
    knows_rules(random.Random(f"{seed} rules"), count, 10 * reports)
    print(f"A reader who also knows the rules, {10 * reports} reports by one column with small subgroups: {count['used']} with hidden "
          f"rows, {count['rows']} hidden rows, exact {count['exact']}, within min_n {count['within']}; "
          f"{count['small']} are small, of {count['small_known']} it is known that they are")
    sys.exit(failed)


main()
