"""Results: a table for people, JSON for machines."""

import json

import machine


class Report:
    """Collects rows and prints each as soon as it is there."""

    def __init__(self):
        self.machine, self.rows, self.missed = machine.description(), [], []
        print("  ".join(f"{name}: {value}" for name, value in self.machine.items()), flush=True)

    def add(self, row, what, text, met, figures):
        self.rows.append({"row": row, "what": what, "result": text, "met": met, **figures})
        if met is False:
            self.missed.append(f"{row} {what}: {text}")
        shown = ", ".join(f"{name.replace('_', ' ')} {short(value)}" for name, value in figures.items())
        mark = {True: "met   ", False: "MISSED", None: "      "}[met]
        print(f"{row:4} {mark} {what}: {text}" + (f"  ({shown})" if shown else ""), flush=True)

    def row(self, row, what, ratio, goal=None, **figures):
        """A ratio that should be at least so much."""
        met = None if goal is None else not ratio.loud and bool(ratio.values) and ratio.median >= goal
        self.add(row, what, f"{ratio} times" + (f", goal {goal:g}" if goal else ""), met, figures)

    def value(self, row, what, value, at_most=None, at_least=None, **figures):
        """A number with a bound, or without."""
        goal = "" if at_most is None else f", at most {at_most:g}"
        goal += "" if at_least is None else f", at least {at_least:g}"
        met = None if not goal else (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        self.add(row, what, short(value) + goal, met, figures)

    def note(self, row, what, **figures):
        """Figures beside the others."""
        self.add(row, what, "noted", None, figures)

    def void(self, row, error):
        """A row whose numbers say nothing."""
        self.add(row, "void", str(error), False, {})

    def refused(self, gate):
        """How often the machine was too noisy."""
        if gate.refused:
            print(f"     rounds run again because of noise: {gate.refused}", flush=True)

    def write(self, path):
        path.write_text(json.dumps({"machine": self.machine, "rows": self.rows}, indent=1) + "\n")


def short(value):
    """A number with as many digits as say something."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
