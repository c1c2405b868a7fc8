"""Pairs in ABBA order, and what they say: the median of ratios measured side by side."""

import statistics
from dataclasses import dataclass, field

import machine

# How much slower than the best one a probe may be before its round is thrown away.
NOISE = 1.15
PROBE_SECONDS = 0.3


@dataclass
class Ratio:
    """How many times one is the other, round by round."""

    values: list = field(default_factory=list)
    loud: bool = False

    def add(self, one, other):
        """One round: the sums of two runs each, so that a drift of the machine hits both alike."""
        self.values.append(one / other)

    def __str__(self):
        if not self.values:
            return "no quiet round"
        loud = ", no round quiet" if self.loud else ""
        return f"{self.median:.2f} ({min(self.values):.2f} to {max(self.values):.2f}{loud})"

    @property
    def median(self):
        return statistics.median(self.values)


class Gate:
    """A fixed probe before and after each round; a round during which the machine was slower is run again."""

    def __init__(self, probe=None):
        self.probe = probe or (lambda: machine.limit("sign", PROBE_SECONDS))
        self.best = self.probe()
        self.refused = 0

    def quiet(self, run):
        """Runs a round until the machine was quiet around it, at most three times. `None`: it never was."""
        for _ in range(3):
            before = self.probe()
            result = run()
            after = self.probe()
            self.best = max(self.best, before, after)
            if self.best / min(before, after) <= NOISE:
                return result
            self.refused += 1
        return None


def abba(rounds, one, other, gate):
    """Runs `one`, `other`, `other`, `one` for each round; gives the quiet ones as pairs of lists of two results, or all
    of them, as `Loud`, where none was quiet."""
    results, loud = [], Loud()

    def pair():
        runs = [one(), other(), other(), one()]
        loud.append(([runs[0], runs[3]], [runs[1], runs[2]]))
        return loud[-1]

    for _ in range(rounds):
        quiet = gate.quiet(pair)
        if quiet is not None:
            results.append(quiet)
    return results or loud


class Loud(list):
    """Rounds none of which was quiet: they are shown, and decide nothing."""


class Compared:
    """What pairs of runs of a load say: how many times the rate, how many times less processor time, and the runs."""

    def __init__(self, pairs):
        loud = isinstance(pairs, Loud)
        self.rate, self.cpu = Ratio(loud=loud), Ratio(loud=loud)
        self.mine = [run for mine, _ in pairs for run in mine]
        self.other = [run for _, other in pairs for run in other]
        for mine, other in pairs:
            self.rate.add(total(mine, "rate"), total(other, "rate"))
            self.cpu.add(total(other, "cpu_micros"), total(mine, "cpu_micros"))

    def figures(self):
        """What stands beside the ratio of rates."""
        sides = (("", self.mine), ("peer_", self.other))
        figures = {side + name: median(runs, name) for side, runs in sides for name in ("rate", "cpu_micros")}
        return {"cpu_ratio": str(self.cpu), **figures}


def total(runs, name):
    """The sum of one figure over the runs of a side."""
    return sum(getattr(run, name) for run in runs)


def median(runs, name):
    """The median of one figure over runs."""
    return statistics.median(getattr(run, name) for run in runs) if runs else float("nan")
