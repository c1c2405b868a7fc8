"""The race: `./run bench [ROW…]`. Everything is measured here and now; docs/benchmarks.md says how to read it."""

import argparse
import sys

import machine
from correct import Void
from report import Report
from rows import crowd, flushes, growth, issue, limits, overload, records, scan, stamps, start, steady, verify

ROWS = {
    "limits": limits.row,
    "p1": issue.p1,
    "p2": issue.p2,
    "p3": verify.p3,
    "p4": records.p4,
    "p5": records.p5,
    "p7": stamps.p7,
    "p8": stamps.p8,
    "p9": stamps.p9,
    "p11": start.p11,
    "p12": issue.p12,
    "steady": steady.row,
    "flushes": flushes.row,
    "growth": growth.row,
    "tenants": crowd.tenants,
    "keys": crowd.keys,
    "overload": overload.row,
    "scan": scan.row,
}
# Asked for by name only: what it says is of the reader, and none of it of the race.
BY_NAME = ("scan",)


def main():
    parser = argparse.ArgumentParser(prog="./run bench", description="The race, beside peers and limits, in one run.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all but {', '.join(BY_NAME)}")
    parser.add_argument("--rounds", type=int, default=5, help="pairs in ABBA order (default 5)")
    parser.add_argument("--seconds", type=int, default=4, help="of each run (default 4)")
    parser.add_argument("--documents", type=int, default=10**6, help="growth to so many (default 10^6)")
    parser.add_argument("--full", action="store_true", help="growth to 10^7 documents, on the real disk, and to 10^6 keys")
    parser.add_argument("--samples", type=int, default=1_000, help="scanned pages of each resolution, at least (default 1,000, about 40 minutes)")
    options = parser.parse_args()
    names = [name.lower() for name in options.rows] or [name for name in ROWS if name not in BY_NAME]
    if unknown := [name for name in names if name not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    machine.BUILT.mkdir(parents=True, exist_ok=True)
    report = Report()
    for name in names:
        try:
            ROWS[name](options, report)
        except Void as error:
            report.void(name.upper(), error)
    report.write(machine.BUILT / "results.json")
    print(f"{len(report.missed)} goals missed; {machine.BUILT / 'results.json'}")
    sys.exit(bool(report.missed))


main()
