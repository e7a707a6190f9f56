#!/usr/bin/env python3
"""What can be computed of the rows that min_n hides, and of counts that round_to blurs: an audit by linear programming.

    python3 test/audit/disclosure.py [REPORTS [SEED]]     in the environment of psql

Asks equipair for random reports and takes the place of a reader who has nothing but their rows.  Whatever is shown is an
equation in the counts of the subgroups, and what is hidden is unknown: whole numbers that are not negative, and at least
1 in all, as an empty row is shown.  For each hidden figure the solver finds the least and the greatest that fits, and
they are rounded inwards to whole numbers.  If they are equal, the reader knows the figure.  A count that is shown rounded
lies between two.  Means tell sums, of values, weights and days, and these are unknown numbers like the counts.

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
# Where counts are rounded, the rate among the due ones says what their rounded count and the overdue ones do not.
ROUNDED_COMPLETION = {**COMPLETION, "figures": {**COMPLETION["figures"], "due_completed": {"due_completed": 1}}}
TIMELINE = {
    "base": {"units": 1}, "parts": ["units", "paired", "cross_zone"],
    "figures": {c: {c: 1} for c in ["units", "paired", "cross_zone"]},
    "known": [{"units": 1, "paired": -1}, {"paired": 1, "cross_zone": -1}],
}
# Marks from 0 to TOP of two groups, as a reader knows them: counts, and sums of marks.
TOP = 10
GAP = {
    "base": {"reference_n": 1, "comparison_n": 1}, "parts": ["reference_n", "comparison_n", "reference_sum", "comparison_sum"],
    "figures": {c: {c: 1} for c in ["reference_n", "comparison_n", "reference_sum", "comparison_sum"]},
    "known": [{"reference_n": TOP, "reference_sum": -1}, {"comparison_n": TOP, "comparison_sum": -1}],
}
# Weights of units from LEAST_WEIGHT to MOST_WEIGHT, which a reader knows too.
LEAST_WEIGHT, MOST_WEIGHT = 50, 1500
WEIGHTED = {
    "base": {"units": 1}, "parts": ["units", "paired", "weight", "paired_weight"],
    "figures": {c: {c: 1} for c in ["units", "paired", "weight", "paired_weight"]},
    "known": [{"units": 1, "paired": -1}, {"weight": 1, "units": -LEAST_WEIGHT}, {"units": MOST_WEIGHT, "weight": -1},
              {"paired_weight": 1, "paired": -LEAST_WEIGHT}, {"paired": MOST_WEIGHT, "paired_weight": -1},
              {"weight": 1, "paired_weight": -1, "units": -LEAST_WEIGHT, "paired": LEAST_WEIGHT}],
}
# Days before and after the plan: of those on time from 0 to EARLIEST before, of the late from 1 to LATEST after.
EARLIEST, LATEST = 60, 90
DELAYED = {
    **COMPLETION, "parts": COMPLETION["parts"] + ["days_early", "days_late"],
    "figures": {**COMPLETION["figures"], "days": {"days_late": 1, "days_early": -1}},
    "known": COMPLETION["known"] + [{"on_time": EARLIEST, "days_early": -1}, {"days_late": 1, "late": -1}, {"late": LATEST, "days_late": -1}],
}
DELAYS = {"base": {"sessions": 1}, "parts": ["sessions", "held"], "figures": {"sessions": {"sessions": 1}, "held": {"held": 1}},
          "known": [{"sessions": 1, "held": -1}]}
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

    def __init__(self, kind, cells, times=1, base=1):
        self.kind, self.cells, self.times, self.base = kind, cells, times, base
        self.at = {(t, c, p): i for i, (t, c, p) in enumerate(itertools.product(range(times), cells, kind["parts"]))}
        self.n = len(self.at)
        self.most = 100 * MOST if {"weight", "days_late"} & set(kind["parts"]) else MOST
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

    def one_more(self, c, here):
        """Cells that the one new row came to where here is 1: else no count changes, and then by one at most.

        A partner of a new unit is from outside, so no other unit changes.
        """
        for p in self.kind["parts"]:
            self.rule({self.at[1, c, p]: 1, self.at[0, c, p]: -1}, 0, np.inf)
            self.rule({self.at[1, c, p]: 1, self.at[0, c, p]: -1, here: -1}, -np.inf, 0)
        change = Counter(self.sum([c], self.kind["base"], 1))
        change.update({j: -w for j, w in self.sum([c], self.kind["base"], 0).items()})
        change[here] = -1
        self.rule(dict(change), 0, 0)

    def exact(self, shown):
        """What a count can be that is shown rounded: halves go up."""
        if self.base == 1:
            return shown, shown
        return max(0, shown - self.base // 2), shown + (self.base - 1) // 2

    def publish(self, row, time=0, most=np.inf):
        """What a row tells; most is what a hidden one can have."""
        cells = [c for c in self.cells if row["key"].items() <= dict(c).items()]
        if row["suppressed"]:
            self.rule(self.sum(cells, self.kind["base"], time), 1, most)
        else:
            for figure, parts in self.kind["figures"].items():
                if row.get(figure) is not None:
                    self.rule(self.sum(cells, parts, time), *self.exact(row[figure]))
            if "partners" in self.kind["parts"] and row.get("max_partners") is not None:
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

    def solve(self, total, sign):
        """A solution in which a sum is least (1) or greatest (-1)."""
        goal = np.zeros(self.n)
        for j, w in total.items():
            goal[j] += sign * w
        # of HiGHS 1.2 the solver of linear programmes is relied on alone; now and then its presolve finds nothing
        for presolve in (True, False):
            done = milp(goal, integrality=np.zeros(self.n), bounds=Bounds(0, self.most), constraints=self.constraint, options={"presolve": presolve})
            if done.status == 0:
                return done.x
        if done.status != 2:
            sys.exit(f"solver: {done.message}")
        return None

    def mean_bounds(self, total, number):
        """The least and the greatest that a mean can be: the ratio of two sums, each time that of a solution until it stays."""
        found = []
        for sign in (1, -1):
            ratio = float(TOP) if sign == 1 else 0.0
            for _ in range(30):
                goal = Counter({j: float(w) for j, w in total.items()})
                for j, w in number.items():
                    goal[j] -= ratio * w
                x = self.solve(goal, sign)
                if x is None:
                    return None
                n = sum(w * x[j] for j, w in number.items())
                new = sum(w * x[j] for j, w in total.items()) / n
                if abs(new - ratio) < 1e-7:
                    break
                ratio = new
            found.append(ratio)
        return found

    def is_none(self, total):
        """Can a sum of what is not negative be nothing but 0?"""
        if any(sum(w * x[j] for j, w in total.items()) > 1 - 1e-6 for x in self.found):
            return False
        return self.bounds(total)[1] == 0

    def bounds(self, total):
        """The least and the greatest that a sum can be; None where nothing fits."""
        found = []
        for sign in (1, -1):
            if sign == 1 and any(sum(w * x[j] for j, w in total.items()) < 1e-6 for x in self.found):
                found.append(0)     # it was 0 in a solution for another figure
                continue
            x = self.solve(total, sign)
            if x is None:
                return None
            value = sum(w * x[j] for j, w in total.items())
            found.append(int(np.ceil(value - 1e-6) if sign == 1 else np.floor(value + 1e-6)))
            self.found.append(x)
        return found[0], found[1]


def look_rounded(rnd, attack, shown, count):
    """Bounds of some figures that are shown rounded: (time, cells of the row, row)."""
    attack.close()
    chosen = [(time, cells, row, name) for time, cells, row in shown for name in attack.kind["figures"] if row.get(name) is not None]
    for time, cells, row, name in rnd.sample(chosen, min(len(chosen), 15)):
        low, high = attack.bounds(attack.sum(cells, attack.kind["figures"][name], time))
        if not low <= row["truth"][name] <= high:
            sys.exit(f"{name} is {row['truth'][name]}, but {low} to {high} was found")
        least, most = attack.exact(row[name])
        count["rounded"] += 1
        count["rounded_exact"] += low == high
        count["narrower"] += low < high and (low > least or high < most)


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
    answers = ask(script, queries + [re.sub("(min_n|round_to) => [0-9]+", r"\1 => 0", q) for q in queries])
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
        if row.get("due_completion_rate") is not None:
            row["due_completed"] = round(row["due_completion_rate"] * row["due"])
        elif row.get("due") == 0 and row["overdue"] == 0:
            row["due_completed"] = 0
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


def rounded(query, base):
    """The same report with counts rounded."""
    return query if base == 1 else query[:-1] + f", round_to => {base})"


def make(rnd, kind, *moving):
    """SQL of a random programme, and how a report of it is called."""
    if kind is COVERAGE:
        units, pairs = programme(rnd, *moving)
        return table("schools", UNIT, units) + table("pairings", PAIRING, pairs), coverage, units
    rows = register(rnd, *moving)
    return table("sessions", SESSION, rows), rates, rows


# ---- The attacks -----------------------------------------------------------------------

def one_report(rnd, kind, count, base=1):
    min_n = rnd.choice([3, 5, 10])
    script, call, _ = make(rnd, kind)
    by = rnd.sample(COLUMNS, rnd.randint(1, 3))
    answer = reports_of(script, [rounded(call(by, min_n), base)])[0]
    attack = Attack(kind, cells_of([answer]), base=base)
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


def shown_rounded(rnd, kind, count, which):
    """Counts of reports that are rounded and hide nothing: one, two of the same rows, or before and after one row came."""
    base = rnd.choice([5, 10])
    script, call, rows = make(rnd, kind)
    by = rnd.sample(COLUMNS, rnd.randint(1, 2) if which == "came" else 2)
    queries = [call(by, 0)]
    if which == "turned":
        queries.append(call(by[::-1], 0))
    elif which == "came":
        like = rnd.choice(rows)
        if kind is COVERAGE:
            new = ["new", *like[1:4], "2020-01-01", None]
            script += table("more", UNIT, rows + [new])
        else:
            new = session(rnd, like[:3])
            while new[3] is None:
                new = session(rnd, like[:3])
            script += table("more", SESSION, rows + [new])
        queries.append(call(by, 0, "more"))
    answers = reports_of(script, [rounded(q, base) for q in queries])
    times = 2 if which == "came" else 1
    attack = Attack(kind, cells_of(answers[-1:]), times, base)
    shown = [(t, attack.publish(row, t), row) for i, answer in enumerate(answers) for t in [i if which == "came" else 0] for row in answer]
    if which == "came":
        came = {}
        for c in attack.cells:
            # the reader knows that one row came, and not where
            here = attack.unknown()
            came[here] = 1
            attack.one_more(c, here)
        attack.rule(came, 1, 1)
    look_rounded(rnd, attack, shown, count)
    return True


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
        attack.one_more(c, here)
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


# ---- Values, weights and delays --------------------------------------------------------

def marks(rnd):
    """Rows of marks: subgroup, group, value."""
    sizes = [rnd.randint(2, 4) for _ in COLUMNS]
    rows = []
    for _ in range(rnd.randint(40, 250)):
        of = subgroup(rnd, sizes)
        rows.append([*of, rnd.choice(["inner", "outer"]), round(min(TOP, max(0, rnd.gauss(5 + 0.5 * len(of[0]), 2))), 2)])
    return rows + [["zone0", "level0", "kind0", g, 5] for g in ["inner", "outer"]]


MARK = ["zone text", "level text", "kind text", "grp text", "value numeric"]


def gaps(by, min_n, marks="marks", rollup="true"):
    return (f"SELECT * FROM gap_indices('TABLE pg_temp.{marks}', by => '{{{','.join(by)}}}', group_column => 'grp', "
            f"rollup => {rollup}, min_n => {min_n}) WHERE measure = 'difference'")


def sums_of(answer):
    """Rows of gaps with the sums that the means give."""
    for row in answer:
        for which in (row, row["truth"]):
            for g in ["reference", "comparison"]:
                n = which[f"{g}_n"]
                which[f"{g}_sum"] = None if n is None else 0 if n == 0 else round(n * which[f"{g}_mean"], 2)
    return answer


def hidden_marks(rnd, count, which):
    """What is known of the sizes, the sums and the means of hidden rows."""
    min_n = rnd.choice([3, 5, 10])
    script = table("marks", MARK, marks(rnd))
    a, b = rnd.sample(COLUMNS, 2)
    queries = {"one": [gaps([a, b], min_n)], "turned": [gaps([a, b], min_n), gaps([b, a], min_n)],
               "total": [gaps([a], min_n, rollup="false"), gaps([], min_n)]}[which]
    answers = [sums_of(answer) for answer in reports_of(script, queries)]
    attack = Attack(GAP, cells_of(answers))
    hidden = []
    for row in [row for answer in answers for row in answer]:
        cells = attack.publish(row)
        if row["suppressed"] and cells not in [h[0] for h in hidden]:
            hidden.append((cells, row["truth"]))
    if not hidden:
        return False
    rules = list(attack.rules)
    for cells, truth in hidden:
        count["rows"] += 1
        for g in ["reference", "comparison"]:
            if truth[f"{g}_n"] == 0:
                continue
            number, total = attack.sum(cells, {f"{g}_n": 1}), attack.sum(cells, {f"{g}_sum": 1})
            # the reader supposes that there is a row
            attack.rules = rules + [(number, 1, np.inf)]
            attack.close()
            low, high = attack.bounds(number)
            if not low <= truth[f"{g}_n"] <= high:
                sys.exit(f"{g}_n is {truth[f'{g}_n']}, but {low} to {high} was found")
            count["groups"] += 1
            count["exact"] += low == high
            means = attack.mean_bounds(total, number)
            if means is None:
                sys.exit("solver: nothing fits")
            if not means[0] - 1e-3 <= truth[f"{g}_mean"] <= means[1] + 1e-3:
                sys.exit(f"{g}_mean is {truth[f'{g}_mean']}, but {means} was found")
            count["mean_exact"] += means[1] - means[0] < 0.01
            count["mean_near"] += means[1] - means[0] < 1
    return True


def one_mark_came(rnd, count):
    """The mark of the one pupil who came, from the totals before and after."""
    rows = marks(rnd)
    new = [*rnd.choice(rows)[:4], round(TOP * rnd.random(), 2)]
    script = table("marks", MARK, rows) + table("more", MARK, rows + [new])
    before, after = [sums_of(answer)[-1] for answer in reports_of(script, [gaps(["level"], 10), gaps(["level"], 10, "more")])]
    if before["suppressed"] or after["suppressed"]:
        return
    count["came"] += 1
    told = sum(after[f"{g}_sum"] - before[f"{g}_sum"] for g in ["reference", "comparison"])
    count["came_known"] += abs(told - new[-1]) < 0.005


def hidden_weights(rnd, count):
    """Hidden rows of a report with weights; and of shown rows, who is paired, to a reader who has the weights of all units."""
    min_n = rnd.choice([3, 5, 10])
    units, pairs = programme(rnd, 0)
    units = [[*u, rnd.randint(LEAST_WEIGHT, MOST_WEIGHT)] for u in units]
    script = table("schools", UNIT + ["weight int"], units) + table("pairings", PAIRING, pairs)
    by = rnd.sample(COLUMNS, 2)
    answer = reports_of(script, [coverage(by, min_n)])[0]
    attack = Attack(WEIGHTED, cells_of([answer]))
    hidden = [(0, cells, row["truth"]) for row in answer for cells in [attack.publish(row)] if row["suppressed"]]
    for row in answer:
        if row["suppressed"] or len(row["key"]) < 2 or not 0 < row["paired"] < row["units"] <= 20:
            continue
        own = [u[-1] for u in units if all(u[1 + COLUMNS.index(c)] == v for c, v in row["key"].items())]
        assert len(own) == row["units"]
        # in how many ways so many of them have that weight together
        ways = {(0, 0): 1}
        for w in own:
            for (n, s), k in list(ways.items()):
                if n < row["paired"] and s + w <= row["paired_weight"]:
                    ways[n + 1, s + w] = ways.get((n + 1, s + w), 0) + k
        count["subsets"] += 1
        count["subsets_known"] += ways[row["paired"], int(row["paired_weight"])] == 1
    if hidden:
        look(attack, hidden, count, min_n)
    return bool(hidden)


def hidden_days(rnd, count):
    """Hidden rows of a report with the means of delays."""
    min_n = rnd.choice([3, 5, 10])
    script, call, _ = make(rnd, COMPLETION)
    answer = reports_of(script, [call(rnd.sample(COLUMNS, rnd.randint(1, 3)), min_n)])[0]
    for row in answer:
        for which in (row, row["truth"]):
            if which["completed"] is not None:
                which["days"] = round(which["completed"] * (which["mean_delay_days"] or 0))
    attack = Attack(DELAYED, cells_of([answer]))
    hidden = [(0, cells, row["truth"]) for row in answer for cells in [attack.publish(row)] if row["suppressed"]]
    if not hidden:
        return False
    attack.close()
    for _, cells, truth in hidden:
        base = attack.bounds(attack.sum(cells, DELAYED["base"]))
        count["rows"] += 1
        count["exact"] += base[0] == base[1]
        if truth["completed"] == 0:
            continue
        days = attack.sum(cells, DELAYED["figures"]["days"])
        x, y = attack.solve(days, 1), attack.solve(days, -1)
        low, high = (sum(w * v[j] for j, w in days.items()) for v in (x, y))
        if not low - 1e-3 <= truth["days"] <= high + 1e-3:
            sys.exit(f"days are {truth['days']}, but {low} to {high} was found")
        count["groups"] += 1
        count["mean_exact"] += high - low < 0.01
    return True


def hidden_sessions(rnd, count):
    """completion_delays by a column, and of all: no rollup, so no sibling is hidden."""
    min_n = rnd.choice([3, 5, 10])
    script, _, _ = make(rnd, COMPLETION)
    call = "SELECT * FROM completion_delays('TABLE pg_temp.sessions', '{%s}', '2024-02-01', min_n => %d)"
    answers = reports_of(script, [call % (rnd.choice(COLUMNS), min_n), call % ("", min_n)])
    attack = Attack(DELAYS, cells_of(answers))
    hidden = [(0, cells, row["truth"]) for answer in answers for row in answer
              for cells in [attack.publish(row, 0, min_n - 1)] if row["suppressed"]]
    if hidden:
        look(attack, hidden, count, min_n)
    return bool(hidden)


CASES = [
    ("one report", "pairing_coverage", lambda r, c: one_report(r, COVERAGE, c)),
    ("one report", "completion_rates", lambda r, c: one_report(r, COMPLETION, c)),
    ("one report, rounded to 5", "pairing_coverage", lambda r, c: one_report(r, COVERAGE, c, 5)),
    ("one report, rounded to 5", "completion_rates", lambda r, c: one_report(r, ROUNDED_COMPLETION, c, 5)),
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


ROUNDED = [
    ("one report", "one"), ("{a,b} and {b,a}", "turned"), ("before and after one row came", "came"),
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
    print("Counts that are shown rounded to 5 or 10, without min_n")
    print("| what is published | report | counts looked at | exact | narrower than rounding leaves |")
    print("|---|---|---|---|---|")
    for (name, which), (report, kind) in itertools.product(ROUNDED, [("pairing_coverage", COVERAGE), ("completion_rates", ROUNDED_COMPLETION)]):
        rnd = random.Random(f"{seed} rounded {name} {report}")
        count = Counter()
        for _ in range(reports):
            shown_rounded(rnd, kind, count, which)
        print(f"| {name} | {report} | {count['rounded']} | {count['rounded_exact']} | {count['narrower']} |", flush=True)
    print("Marks of two groups: hidden rows, their groups with rows, of which the size is known, the mean, the mean to a tenth of the scale")
    print("| what is published | programmes with hidden rows | hidden rows | groups | size exact | mean exact | mean within 1 of 10 |")
    print("|---|---|---|---|---|---|---|")
    for name, which in [("one report", "one"), ("{a,b} and {b,a}", "turned"), ("{a} without rollup, and {}", "total")]:
        rnd, count = random.Random(f"{seed} marks {name}"), Counter()
        used = sum(hidden_marks(rnd, count, which) for _ in range(reports))
        print(f"| {name} | {used} | {count['rows']} | {count['groups']} | {count['exact']} | {count['mean_exact']} | {count['mean_near']} |", flush=True)
        failed |= which == "one" and count["exact"] > 0
    rnd, count = random.Random(f"{seed} mark"), Counter()
    for _ in range(reports):
        one_mark_came(rnd, count)
    print(f"The mark of the one row that came is known from the totals in {count['came_known']} of {count['came']}")
    rnd, count = random.Random(f"{seed} weights"), Counter()
    used = sum(hidden_weights(rnd, count) for _ in range(reports))
    print(f"Weights: {used} programmes with hidden rows, {count['rows']} hidden rows, base exact {count['exact']}, other figures {count['figures']}, "
          f"exact {count['figures_exact']}, none {count['none']}, all {count['all']}; a reader with the weights of all units knows who is paired "
          f"in {count['subsets_known']} of {count['subsets']} shown subgroups of up to 20 units, of which some are", flush=True)
    failed |= count["exact"] > 0
    rnd, count = random.Random(f"{seed} days"), Counter()
    used = sum(hidden_days(rnd, count) for _ in range(reports))
    print(f"Means of delays: {used} programmes with hidden rows, {count['rows']} hidden rows, base exact {count['exact']}, "
          f"of {count['groups']} with completed sessions the sum of days is exact in {count['mean_exact']}", flush=True)
    failed |= count["exact"] > 0
    rnd, count = random.Random(f"{seed} delays"), Counter()
    used = sum(hidden_sessions(rnd, count) for _ in range(reports))
    print(f"completion_delays by a column, and of all: {used} programmes with hidden rows, {count['rows']} hidden rows, base exact {count['exact']}, "
          f"held exact {count['figures_exact']}, none {count['none']}", flush=True)
    count = Counter()
    knows_rules(random.Random(f"{seed} rules"), count, 10 * reports)
    print(f"A reader who also knows the rules, {10 * reports} reports by one column with small subgroups: {count['used']} with hidden "
          f"rows, {count['rows']} hidden rows, exact {count['exact']}, within min_n {count['within']}; "
          f"{count['small']} are small, of {count['small_known']} it is known that they are")
    sys.exit(failed)


main()
