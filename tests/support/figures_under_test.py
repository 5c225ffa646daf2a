"""Every figure with a result that it draws, and one with 30 names of 40 letters."""

import numpy as np

import relmetrics as rm
from relmetrics import plot

NAMES = [f"{i:02} {'North-eastern region, islands and wholesale':.37}" for i in range(30)]
NPS = rm.NPS()


def _rng():
    return np.random.default_rng(11)


def by(names, rows=40):
    rng = _rng()
    groups = np.repeat(np.array(names, dtype=object), rows)
    shift = np.repeat(np.arange(len(names)) % 4, rows)
    return NPS.by(np.minimum(rng.integers(3, 11, len(groups)) + shift, 10), groups)


def later(names):
    rng = _rng()
    groups = np.repeat(np.array([*names[1:], "new"], dtype=object), 30)
    return NPS.by(rng.integers(0, 11, len(groups)), groups)


def questions(names):
    rng = _rng()
    labels = [f"{name} about the whole of the service" for name in ("Very bad", "Bad", "So-so")]
    scale = rm.Scale(1, 5, [*labels, "Good", "Very good"])
    return {name: rm.csat(rng.integers(1, 6, 60), scale=scale, satisfied_from=4) for name in names}


def drivers(names):
    rng = _rng()
    common = rng.normal(size=200)
    ratings = {
        name: 3 + 0.1 * i + common + (1 + i / 9) * rng.normal(size=200)
        for i, name in enumerate(names)
    }
    return rm.KeyDrivers()(ratings, sum(ratings.values()) + rng.normal(size=200))


def log():
    rng = _rng()
    customers, days, amounts = [], [], []
    for who in range(120):
        day = int(rng.integers(0, 200))
        while day < 360:
            customers.append(f"c{who}")
            days.append(np.datetime64("2024-06-01") + np.timedelta64(day, "D"))
            amounts.append(int(rng.integers(5, 90)))
            day = 400 if rng.random() < 0.2 else day + int(rng.integers(5, 80))
    return rm.PurchaseLog(customers, days, amounts)


def trend():
    rng = _rng()
    days = np.datetime64("2024-01-05") + rng.integers(0, 500, 900)
    kept = (days < np.datetime64("2024-06-01")) | (days >= np.datetime64("2024-08-01"))
    return NPS.over(rng.integers(0, 11, 900)[kept], days[kept])


AS_OF = "2025-06-15"


def stages():
    return log().stages(active_within=90, as_of=AS_OF)


def portfolio(names):
    life = stages()
    return life.portfolio({who: names[i % len(names)] for i, who in enumerate(life.customers)})


def revenue():
    rng = _rng()
    customers = np.repeat([f"c{i}" for i in range(30)], 6)
    days = np.tile([f"2025-{month:02}-01" for month in range(1, 7)], 30)
    return rm.revenue_movements(customers, days, rng.integers(0, 3, 180) * 50)


FEW = ["gold", "basic", "trial"]


def given(name, names=FEW):
    """Return what the figure of this name is drawn of."""
    made = {
        "answers": lambda: questions(FEW)["gold"],
        "cohorts": lambda: log().cohorts(as_of=AS_OF),
        "comparison": lambda: NPS.compare(by(names)[names[0]].state, by(names)[names[1]].state),
        "decomposition": lambda: rm.decompose(later(names), by(names)),
        "differences": lambda: by(names).compare(),
        "estimates": lambda: questions(names),
        "funnel": stages,
        "importance_performance": lambda: drivers(names[:12]),
        "intervals": lambda: by(names),
        "likert": lambda: questions(names),
        "movements": lambda: log().movements(as_of=AS_OF),
        "ranking": lambda: by(names).ranking(method="normal"),
        "retention": lambda: log().cohorts(as_of=AS_OF),
        "split": lambda: by(names),
        "stages": lambda: portfolio(names),
        "survival": lambda: {
            name: log().survival(lapsed_after=60, as_of=AS_OF) for name in names[:6]
        },
        "trend": trend,
        "waterfall": lambda: revenue().movements[2],
    }
    return made[name]()


def drawn(name, names=FEW, **options):
    """Return the axes of the figure of this name."""
    if name == "comparison":
        options["labels"] = tuple(names[:2])
    return getattr(plot, name)(given(name, names), **options)


FIGURES = sorted(plot.__all__)
NAMELESS = {"answers", "cohorts", "funnel", "movements", "retention", "trend", "waterfall"}
"""Those that have no names of the data."""
