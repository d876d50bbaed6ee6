"""A second implementation of `goodwork stats`, to check the first against.

Plain Python, standard library only, written from the definitions and by other
routes where there are any (bisection for Newton's method, double sums, counting
for sorting). Run it in this folder; it writes the input tables and wanted.csv of
each case into independent/<case>. The data are made up.
"""

import csv
import itertools
import math
import os
from statistics import NormalDist

PHI = NormalDist()
Z = PHI.inv_cdf(0.975)
MASK = 2**64 - 1


def uniform(seed, k):
    z = (seed + (k + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    z ^= z >> 31
    return ((z >> 11) + 0.5) * 2.0**-53


def normal(seed, k):
    return PHI.inv_cdf(uniform(seed, k))


def two_sided(z):
    return math.erfc(abs(z) / math.sqrt(2))


def phi(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def percentile(xs, p):
    xs = sorted(xs)
    h = (len(xs) - 1) * p
    i = math.floor(h)
    return xs[i] if i + 1 == len(xs) else xs[i] * (1 - (h - i)) + xs[i + 1] * (h - i)


def mean(xs):
    return math.fsum(xs) / len(xs)


def sd(xs, ddof=1):
    m = mean(xs)
    return math.sqrt(math.fsum((x - m) ** 2 for x in xs) / (len(xs) - ddof))


def rank_high(xs):
    xs = [round(x, 9) for x in xs]
    return [1 + sum(y > x for y in xs) for x in xs]


def write(case, name, header, rows):
    os.makedirs(os.path.join("independent", case), exist_ok=True)
    with open(os.path.join("independent", case, name + ".csv"), "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        for row in rows:
            w.writerow(["" if v is None else format(v, ".13g") if isinstance(v, float) else v for v in row])


# Estimates of 40 areas: two without an interval, one without a value, two tied.
def estimates():
    rows = []
    for i in range(40):
        x = round(600 + 60 * normal(1, i), 1)
        s = 15 + 25 * uniform(2, i)
        rows.append([f"Area {i:02d}", x, round(x - Z * s, 3), round(x + Z * s, 3)])
    rows[7][2] = None
    rows[11][2:] = [None, None]
    rows[19][1] = None
    rows[23][1:] = rows[22][1:]
    return rows


EST = ["area", "value", "lower_95", "upper_95"]


def se(row):
    return None if None in row[1:4] else (row[3] - row[2]) / (2 * Z)


def adjust(ps):
    """Benjamini-Hochberg by its definition: least over all larger p of p m / rank."""
    known = [p for p in ps if p is not None]
    order = sorted(known)
    steps = [min(1, order[j] * len(order) / (j + 1)) for j in range(len(order))]
    return [None if p is None else min(steps[j] for j in range(len(order)) if order[j] >= p) for p in ps]


def benchmark(case, b, lower, upper, words):
    rows = estimates()
    sb = 0 if lower is None else (upper - lower) / (2 * Z)
    out, ps = [], []
    for r in rows:
        gap = None if r[1] is None else r[1] - b
        s = se(r)
        if s is None:
            out.append([r[0], gap, None, None, None, None])
        else:
            t = math.sqrt(s * s + sb * sb)
            out.append([r[0], gap, gap - Z * t, gap + Z * t, gap / t, two_sided(gap / t)])
        ps.append(out[-1][5])

    def verdict(gap, p):
        return "not tested" if p is None else words[1] if p >= 0.05 else words[2] if gap > 0 else words[0]

    out = [o + [q, verdict(o[1], o[5]), verdict(o[1], q)] for o, q in zip(out, adjust(ps))]
    write(case, "values", EST, rows)
    write(case, "wanted", "area gap lower_95 upper_95 z p p_bh verdict verdict_bh".split(), out)


def tau2_by_bisection(xs, ss):
    def q(t):
        w = [1 / (t + s * s) for s in ss]
        m = math.fsum(a * x for a, x in zip(w, xs)) / math.fsum(w)
        return math.fsum(a * (x - m) ** 2 for a, x in zip(w, xs)) - (len(xs) - 1)

    if q(0) <= 0:
        return 0.0
    lo, hi = 0.0, 1e9
    for _ in range(300):
        mid = (lo + hi) / 2
        lo, hi = (mid, hi) if q(mid) > 0 else (lo, mid)
    return (lo + hi) / 2


def reliability_and_shrink():
    rows = estimates()
    pairs = [(r[1], se(r)) for r in rows if se(r) is not None]
    xs, ss = [p[0] for p in pairs], [p[1] for p in pairs]
    rms = math.sqrt(mean([s * s for s in ss]))
    tau2 = max(0.0, sd(xs) ** 2 - rms**2)
    pm = tau2_by_bisection(xs, ss)
    write("reliability", "values", EST, rows)
    write("reliability", "wanted", "n mean sd_observed rms_se tau_moments signal_share tau_pm".split(),
          [[len(xs), mean(xs), sd(xs), rms, math.sqrt(tau2), tau2 / sd(xs) ** 2, math.sqrt(pm)]])
    w = [1 / (pm + s * s) for s in ss]
    m = math.fsum(a * x for a, x in zip(w, xs)) / math.fsum(w)
    out = []
    for r in rows:
        s = se(r)
        if s is None:
            out.append([r[0], r[1], None, None, None, None])
        else:
            b = pm / (pm + s * s)
            out.append([r[0], r[1], s, b, m + b * (r[1] - m), math.sqrt(b) * s])
    write("shrink", "values", EST, rows)
    write("shrink", "wanted", "area raw se b eb eb_se".split(), out)


def solve_slope(pts):
    """Slope and its variance from the normal equations, weights 1/s^2."""
    a = math.fsum(1 / s**2 for _, _, s in pts)
    b = math.fsum(t / s**2 for t, _, s in pts)
    c = math.fsum(t * t / s**2 for t, _, s in pts)
    d = math.fsum(x / s**2 for _, x, s in pts)
    e = math.fsum(t * x / s**2 for t, x, s in pts)
    det = a * c - b * b
    return (a * e - b * d) / det, a / det


def kendall(xs):
    n = len(xs)
    sign = lambda a, b: (b > a) - (b < a)
    s = sum(sign(xs[i], xs[j]) for i in range(n) for j in range(i + 1, n))
    ties = [xs.count(x) for x in set(xs)]
    if n <= 8 and max(ties) == 1:  # every order, one by one
        scores = [sum(sign(p[i], p[j]) for i in range(n) for j in range(i + 1, n))
                  for p in itertools.permutations(range(n))]
        return s, sum(abs(v) >= abs(s) for v in scores) / len(scores)
    v = lambda k: k * (k - 1) * (2 * k + 5) / 18
    variance = v(n) - sum(v(t) for t in ties)
    return s, 1.0 if variance == 0 else two_sided(s / math.sqrt(variance))


def trend(case, window, method, years):
    rows = []
    for i in range(16):
        for t, y in enumerate(range(2025 - years + 1, 2026)):
            k = i * years + t
            x = round(100 + (i - 8) * t * 0.8 + 2 * normal(3, k), 1 if i != 5 else 0)
            s = 1 + uniform(4, k)
            rows.append([f"Area {i:02d}", y, x, round(x - Z * s, 2), round(x + Z * s, 2)])
    rows = [r for r in rows if not (r[0] == "Area 03" and r[1] == 2023)]
    for r in rows:
        if r[0] == "Area 04" and r[1] == 2025:
            r[2:] = [None, None, None]
        if r[0] == "Area 06" and r[1] == 2024:
            r[4] = r[3]
    rows.sort(key=lambda r: (-r[1], r[0] == "Area 00"))
    out = []
    for area in dict.fromkeys(r[0] for r in rows):
        good = {r[1]: r for r in rows if r[0] == area and None not in r and r[4] > r[3]}
        last = max(good)
        pts = [good[y] for y in range(last - window + 1, last + 1) if y in good]
        xs = [r[2] for r in pts]
        s, p = kendall(xs)
        ts = percentile([(b[2] - a[2]) / (b[1] - a[1]) for a, b in itertools.combinations(pts, 2)], 0.5)
        slope = chi2 = None
        verdict = "not assessed"
        if len(pts) == window:
            t = [(i + 1, r[2], (r[4] - r[3]) / 3.92) for i, r in enumerate(pts)]
            slope, variance = solve_slope(t)
            chi2 = slope**2 / variance
            steady = len({solve_slope(t[:i] + t[i + 1:])[0] > 0 for i in range(len(t))} | {slope > 0}) == 1
            sure = p < 0.05 if method == "mann-kendall" else chi2 > 9.54953570608324 and steady
            up = s > 0 if method == "mann-kendall" else slope > 0
            verdict = "no significant change" if not sure else "increasing" if up else "decreasing"
        out.append([area, len(pts), slope, chi2, s, p, ts, verdict])
    write(case, "values", ["area", "year", "value", "lower_95", "upper_95"], rows)
    write(case, "wanted", "area n slope chi2 mk_s mk_p theil_sen verdict".split(), out)


def change():
    deflator = {2015: 99.5, 2019: 107.6, 2025: 137.7}
    rows = []
    for i in range(20):
        for y in (2015, 2019, 2025):
            k = i * 3000 + y
            x = round(500 * (deflator[y] / 107.6) ** (0.5 + i / 15) * (1 + 0.05 * normal(5, k)), 1)
            rows.append([f"Area {i:02d}", y, x, round(2 + 6 * uniform(6, k), 1)])
    rows[5 * 3 + 1][3] = None
    rows[6 * 3 + 2][2] = None
    rows = [r for r in rows if not (r[0] == "Area 08" and r[1] == 2019)]
    out = []
    for area in dict.fromkeys(r[0] for r in rows):
        a = [r for r in rows if r[0] == area and r[1] == 2019]
        b = [r for r in rows if r[0] == area and r[1] == 2025]
        if not a or not b or a[0][2] is None or b[0][2] is None:
            out.append([area, None, None, None, None, None])
            continue
        (x0, c0), (x1, c1) = a[0][2:], b[0][2:]
        ratio = (x1 / deflator[2025]) / (x0 / deflator[2019])
        if c0 is None or c1 is None:
            out.append([area, (ratio - 1) * 100, None, None, None, "not assessed"])
            continue
        s = math.sqrt(c0**2 + c1**2) / 100
        p = two_sided(math.log(ratio) / s)
        out.append([area, (ratio - 1) * 100, (ratio * math.exp(-Z * s) - 1) * 100, (ratio * math.exp(Z * s) - 1) * 100, p,
                    "no clear change" if p >= 0.05 else "rise" if ratio > 1 else "fall"])
    write("change", "values", ["area", "year", "value", "cv"], rows)
    write("change", "deflator", ["year", "index"], deflator.items())
    write("change", "wanted", "area percent lower_95 upper_95 p verdict".split(), out)


def quantiles(case, k, low_is_1):
    rows = [r[:2] for r in estimates()]
    known = [r[1] for r in rows if r[1] is not None]
    n, out = len(known), []
    for area, x in rows:
        if x is None:
            out.append([area, None, None, None])
            continue
        rank = 1 + sum(y < x if low_is_1 else y > x for y in known)
        out.append([area, x, max(1, math.floor(k + 1 - math.ceil((n + 1 - rank) / (n / k)))), rank])
    write(case, "values", ["area", "value"], rows)
    write(case, "wanted", "area value quantile rank".split(), out)


def quadrant():
    head = "area quality quality_lower_95 quality_upper_95 quantity quantity_lower_95 quantity_upper_95".split()
    rows, out = [], []
    for i in range(30):
        x, s = 600 + 80 * normal(7, i), 10 + 20 * uniform(8, i)
        y, t = 75 + 6 * normal(9, i), 1 + 2 * uniform(10, i)
        rows.append([f"Area {i:02d}"] + [round(v, 3) for v in (x, x - Z * s, x + Z * s, y, y - Z * t, y + Z * t)])
    rows[4][2] = None
    rows[9][4] = None
    for r in rows:
        a = None if None in r[1:4] else phi((r[1] - 600) / ((r[3] - r[2]) / (2 * Z)))
        b = None if None in r[4:7] else phi((r[4] - 75) / ((r[6] - r[5]) / (2 * Z)))
        if a is None or b is None:
            out.append([r[0], a, b, None, None, None, None, None])
            continue
        four = [a * b, a * (1 - b), (1 - a) * b, (1 - a) * (1 - b)]
        labels = [f"{q} pay, {n} employment" for q in ("higher", "lower") for n in ("higher", "lower")]
        best = max(four)
        out.append([r[0], a, b, *four, labels[four.index(best)] if best >= 0.9 else "no clear quadrant"])
    write("quadrant", "values", head, rows)
    write("quadrant", "wanted", "area p_quality_above p_quantity_above p_hh p_hl p_lh p_ll verdict".split(), out)


def intervals():
    rows = [["a", 81, 263], ["b", 15, 148], ["c", 0, 20], ["d", 1, 29], ["e", 20, 20], ["f", 0, 0], ["g", None, 5]]
    out = []
    for area, o, n in rows:
        low = high = None
        if o is not None and n:
            p = o / n
            mid, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
            low, high = max(0, (mid - half) / (1 + Z * Z / n)), min(1, (mid + half) / (1 + Z * Z / n))
        out.append([area, o, n, low, high])
    write("wilson", "values", ["area", "numerator", "denominator"], rows)
    write("wilson", "wanted", ["area", "numerator", "denominator", "lower_95", "upper_95"], out)
    rows = [["a", 0], ["b", 1], ["c", 10], ["d", 65], ["e", 1000], ["f", None]]
    out = []
    for area, o in rows:
        if o is None:
            out.append([area, o, None, None])
            continue
        low = 0 if o == 0 else o * (1 - 1 / (9 * o) - Z / (3 * math.sqrt(o))) ** 3
        out.append([area, o, low, (o + 1) * (1 - 1 / (9 * (o + 1)) + Z / (3 * math.sqrt(o + 1))) ** 3])
    write("byar", "values", ["area", "count"], rows)
    write("byar", "wanted", ["area", "count", "lower_95", "upper_95"], out)
    rows = [["a", 642.5, 0.1], ["b", 512.3, 12.4], ["c", 512.3, None]]
    write("cv", "values", ["area", "value", "cv"], rows)
    write("cv", "wanted", ["area", "value", "cv", "lower_95", "upper_95"],
          [[a, x, c] + ([None, None] if c is None else [x * (1 - 1.96 * c / 100), x * (1 + 1.96 * c / 100)]) for a, x, c in rows])


def inequality():
    rows = [[f"Area {i:02d}", round(500 * math.exp(0.2 * normal(11, i)), 2), round(1e5 * uniform(12, i))] for i in range(25)]
    rows[3][1] = None
    rows[8][2] = None
    known = [(x, w) for _, x, w in rows if x is not None and w is not None]
    total = sum(w for _, w in known)
    ps = [(x, w / total) for x, w in known]
    m = math.fsum(p * x for x, p in ps)

    def weighted(q):
        return min(x for x, _ in ps if math.fsum(p for y, p in ps if y <= x) >= q)

    write("inequality", "values", ["area", "value", "weight"], rows)
    write("inequality", "wanted", "n mean cv theil_t mld gini p90 p10 p90_p10".split(), [[
        len(ps), m, math.sqrt(math.fsum(p * (x - m) ** 2 for x, p in ps)) / m,
        math.fsum(p * x / m * math.log(x / m) for x, p in ps), math.fsum(p * math.log(m / x) for x, p in ps),
        math.fsum(p * q * abs(x - y) for x, p in ps for y, q in ps) / (2 * m),
        weighted(0.9), weighted(0.1), weighted(0.9) / weighted(0.1)]])


def neighbours():
    rows = [[f"Area {i:02d}"] + [round((10**v) * normal(13 + v, i), 3) for v in range(4)] for i in range(30)]
    rows[2][3] = rows[17][1] = None
    rows[21][1:] = rows[20][1:] = rows[5][1:]
    columns = []
    for v in range(1, 5):
        known = [r[v] for r in rows if r[v] is not None]
        lo, hi = percentile(known, 0.01), percentile(known, 0.99)
        med = percentile([min(max(x, lo), hi) for x in known], 0.5)
        x = [med if r[v] is None else min(max(r[v], lo), hi) for r in rows]
        columns.append([(y - mean(x)) / sd(x, 0) for y in x])
    out = []
    for a, r in enumerate(rows):
        near = sorted((round(math.dist([c[a] for c in columns], [c[b] for c in columns]), 12), s[0])
                      for b, s in enumerate(rows) if b != a)
        out += [[r[0], i + 1, name, d] for i, (d, name) in enumerate(near[:6])]
    write("neighbours", "values", ["area", "one", "two", "three", "four"], rows)
    write("neighbours", "wanted", ["area", "rank", "neighbour", "distance"], out)


META = [["pay", "P", 1, 450.0, 750.0], ["low", "P", -1, None, None], ["emp", "W", 1, 60.0, None],
        ["claim", "W", -1, None, None], ["skew", "W", 1, None, None], ["sat", "H", 1, 7.0, 8.0]]


def index_tables():
    values, errors = [], []
    for i in range(30):
        row = [600 + 70 * normal(21, i), 18 + 6 * normal(22, i), 75 + 5 * normal(23, i), 3.5 + normal(24, i),
               math.exp(normal(25, i)), 7.5 + 0.2 * normal(26, i)]
        values.append([f"Area {i:02d}"] + [round(x, 4) for x in row])
        errors.append([f"Area {i:02d}"] + [round(s * (0.5 + uniform(27, i)), 4) for s in (20, 2, 2, 0.4, 0.2, 0.1)])
    values[12][5] = 60.0  # far out, for the winsorising of min-max
    for a, v in ((3, 2), (5, 1), (8, 4), (9, 4), (9, 5), (14, 6)):
        values[a][v] = None
    errors[6][1] = errors[7][3] = None
    for e in errors:
        e[5] = None  # no sampling error known
    return values, errors


def shape_is_bad(x):
    n, m = len(x), mean(x)
    m2, m3, m4 = (mean([(v - m) ** k for v in x]) for k in (2, 3, 4))
    skew = m3 / m2**1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return abs(skew) > 2 and kurtosis > 3.5, skew


def winsorised(x):
    x = list(x)
    for points in range(1, 6):
        bad, skew = shape_is_bad(x)
        if not bad:
            break
        order = sorted(set(x), reverse=skew > 0)
        x = [order[1] if v == order[0] else v for v in x]
    assert not shape_is_bad(x)[0]
    return x


def normalise(how, x, direction, posts):
    """Scores of one indicator; None stays None."""
    known = [v for v in x if v is not None]
    if how == "goalposts":
        lo, hi = posts
        f = lambda v: min(100.0, max(0.0, 100 * (v - lo) / (hi - lo) if direction == 1 else 100 * (hi - v) / (hi - lo)))
        return [None if v is None else f(v) for v in x]
    if how == "zscore":
        scores = [direction * (v - mean(known)) / sd(known) for v in known]
    elif how == "percentile-rank":
        d = [round(direction * v, 9) for v in known]
        scores = [100 * sum(u < v for u in d) / (len(d) - 1) for v in d]
    else:
        w = winsorised(known)
        scores = [100 * (v - min(w)) / (max(w) - min(w)) for v in w]
        scores = scores if direction == 1 else [100 - s for s in scores]
    rest = iter(scores)
    return [None if v is None else next(rest) for v in x]


def compose(columns, how, aggregate, weights, posts):
    """Dimension scores and index of each area."""
    dims = list(dict.fromkeys(m[1] for m in META))
    scores = [normalise(how, c, m[2], g) for c, m, g in zip(columns, META, posts)]
    table, index = [], []
    for a in range(len(columns[0])):
        row = []
        for d in dims:
            got = [s[a] for s, m in zip(scores, META) if m[1] == d]
            there = [s for s in got if s is not None]
            row.append(mean(there) if len(there) >= math.ceil(2 / 3 * len(got)) else None)
        table.append(row)
        if None in row:
            index.append(None)
        elif aggregate == "arithmetic":
            index.append(sum(w * s for w, s in zip(weights, row)))
        elif aggregate == "geometric":
            index.append(math.prod(max(s, 1) ** w for w, s in zip(weights, row)))
        else:
            y = [70 + 0.6 * s for s in row]
            index.append(mean(y) - sd(y, 0) ** 2 / mean(y))
    return table, index


def index(case, how="goalposts", aggregate="arithmetic", weights=(1 / 3, 1 / 3, 1 / 3), draws=0, seed=0, vary=""):
    values, errors = index_tables()
    columns = [[r[i + 1] for r in values] for i in range(len(META))]
    posts = []
    for c, m in zip(columns, META):
        known = [v for v in c if v is not None]
        posts.append((percentile(known, 0.025) if m[3] is None else m[3], percentile(known, 0.975) if m[4] is None else m[4]))
    table, scores = compose(columns, how, aggregate, weights, posts)
    known = [s for s in scores if s is not None]
    rank = dict(zip(known, rank_high(known)))
    out = [[r[0], *t, s, None if s is None else rank[s]] for r, t, s in zip(values, table, scores)]
    head = ["area", "dim_P", "dim_W", "dim_H", "index", "rank"]
    if draws:
        head += ["lower_95", "upper_95", "rank_p05", "rank_p50", "rank_p95"]
        simulate(out, values, errors, scores, posts, how, aggregate, weights, draws, seed, vary)
    if case == "index":  # the others read these tables too
        write(case, "values", ["area"] + [m[0] for m in META], values)
        write(case, "meta", ["id", "dimension", "direction", "lo", "hi"], META)
        write(case, "errors", ["area"] + [m[0] for m in META], errors)
    write(case, "wanted", head, out)


def simulate(out, values, errors, scores, posts, how, aggregate, weights, draws, seed, vary):
    listed = [a for a, s in enumerate(scores) if s is not None]
    n, m = len(listed), len(META)
    noise = []
    for i in range(m):
        known = [errors[a][i + 1] for a in listed if errors[a][i + 1] is not None]
        med = percentile(known, 0.5) if known else 0.0
        noise.append([med if errors[a][i + 1] is None else errors[a][i + 1] for a in listed])
    drawn, ranks = [[] for _ in listed], [[] for _ in listed]
    for k in range(draws):
        x = [[values[a][i + 1] for a in listed] for i in range(m)]
        if vary in ("noise", "all"):
            x = [[None if v is None else v + noise[i][j] * normal(seed, (k * n + j) * m + i) for j, v in enumerate(c)]
                 for i, c in enumerate(x)]
        if vary in ("weights", "all"):
            e = [-math.log(uniform(seed + 1, k * 3 + d)) for d in range(3)]
            weights = [v / sum(e) for v in e]
        if vary in ("method", "all"):
            how, aggregate = (("goalposts", "arithmetic"), ("goalposts", "geometric"), ("percentile-rank", "arithmetic"))[
                math.floor(3 * uniform(seed + 2, k))]
        index = compose(x, how, aggregate, weights, posts)[1]
        for j, (s, r) in enumerate(zip(index, rank_high(index))):
            drawn[j].append(s)
            ranks[j].append(r)
    for row in out:
        row += [None] * 5
    for j, a in enumerate(listed):
        out[a][-5:] = [percentile(drawn[j], 0.025), percentile(drawn[j], 0.975)] + [
            float(percentile(ranks[j], p)) for p in (0.05, 0.5, 0.95)]


if __name__ == "__main__":
    benchmark("benchmark-high", 610.0, 607.5, 612.5, ("worse", "similar", "better"))
    benchmark("benchmark-low", 590.0, None, None, ("better", "similar", "worse"))
    benchmark("benchmark-none", 590.0, None, None, ("lower", "similar", "higher"))
    reliability_and_shrink()
    trend("trend-weighted", 5, "weighted", 7)
    trend("trend-mann-kendall", 8, "mann-kendall", 9)
    change()
    quantiles("quantiles", 5, False)
    quantiles("deciles-low", 10, True)
    quadrant()
    intervals()
    inequality()
    neighbours()
    index("index")
    index("index-weights", weights=(0.5, 0.3, 0.2))
    index("index-geometric", aggregate="geometric", weights=(0.5, 0.5, 0.0))
    index("index-ampi", aggregate="ampi")
    index("index-minmax", how="minmax")
    index("index-zscore", how="zscore")
    index("index-percentile-rank", how="percentile-rank")
    index("index-noise", draws=200, seed=42, vary="noise")
    index("index-noise-zscore", how="zscore", draws=100, seed=7, vary="noise")
    index("index-vary-weights", draws=200, seed=42, vary="weights")
    index("index-vary-method", draws=100, seed=42, vary="method")
    index("index-all", draws=300, seed=20200701, vary="all")
