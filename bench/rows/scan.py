"""Printed and scanned: stamped pages at three resolutions, turned, blurred, noisy, packed; our reader beside zxing-cpp."""

import itertools
import json
import math
import os
import queue
import subprocess
import threading

import correct
import machine
from contestants import PEERS

RESOLUTIONS = (150, 200, 300)
ROTATIONS = (0, 1, 3, 5)
BLURS = (0.5, 1.0)
NOISES = (10, 20)
CELLS = tuple(itertools.product(ROTATIONS, BLURS, NOISES))
SEED = 1
READERS = ("ours", "zxing")
# From here on the default placement has to be read.
ENOUGH, GOAL = 200, 0.99


def samples(least):
    """Every cell of the matrix as often as the others, at least so many samples a resolution; each a page of its own."""
    each = math.ceil(least / len(CELLS))
    for dpi in RESOLUTIONS:
        for number, (rotation, blur, noise) in enumerate(CELLS * each):
            yield {"number": number, "dpi": dpi, "rotation": rotation, "blur": blur, "noise": noise}


def table(results):
    """A row for each cell and a last one for each resolution: how many there are, and of each reader what it read and how fast."""
    rows = []
    for dpi in RESOLUTIONS:
        of_it = [result for result in results if result["dpi"] == dpi]
        for cell in CELLS:
            inside = [one for one in of_it if (one["rotation"], one["blur"], one["noise"]) == cell]
            rows.append({"dpi": dpi, "rotation": cell[0], "blur": cell[1], "noise": cell[2], **counted(inside)})
        rows.append({"dpi": dpi, "rotation": "all", "blur": "all", "noise": "all", **counted(of_it)})
    return rows


def counted(results):
    """What became of some samples."""
    figures = {"samples": len(results)}
    for reader in READERS:
        told = [result[reader] for result in results]
        millis = sorted(one["micros"] / 1e3 for one in told)
        figures[reader] = sum(one["right"] for one in told) / max(1, len(told))
        figures[f"{reader}_wrong"] = sum(one["wrong"] for one in told)
        figures[f"{reader}_p50_ms"] = millis[len(millis) // 2] if millis else 0.0
        figures[f"{reader}_p90_ms"] = millis[len(millis) * 9 // 10] if millis else 0.0
    return figures


def markdown(rows):
    """The table as docs/scanning.md has it."""
    head = "| dpi | rotation | blur | noise | samples | ours | zxing-cpp | ours, ms | p90 | zxing-cpp, ms | p90 |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        shares = [f"{100 * row[reader]:.1f} %" for reader in READERS]
        times = [f"{row[reader + name]:.0f}" for reader in READERS for name in ("_p50_ms", "_p90_ms")]
        cells = [row["dpi"], row["rotation"], row["blur"], row["noise"], row["samples"], *shares, *times]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def measured(least):
    """All samples, each read by both; a worker for each processor. `scan.jsonl` has each of them."""
    folder = machine.place("tmpfs")
    todo = queue.Queue()
    for sample in samples(least):
        todo.put(sample)
    program = machine.TARGET / "ananke-limits"
    count = todo.qsize() // len(RESOLUTIONS)
    payloads = subprocess.run([program, "stamps", folder, str(count), str(SEED)], check=True, capture_output=True, text=True)
    (folder / "payloads").write_text(payloads.stdout)
    results, failed = [], []
    told = (machine.BUILT / "scan.jsonl").open("w", buffering=1)

    def work(number):
        words = [PEERS / ".venv/bin/python", PEERS / "scan.py", folder, program, SEED, number]
        worker = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            while True:
                print(json.dumps(todo.get_nowait()), file=worker.stdin, flush=True)
                line = worker.stdout.readline()
                results.append(json.loads(line))
                told.write(line)
        except queue.Empty:
            worker.stdin.close()
        except (OSError, ValueError) as error:
            failed.append(error)
        worker.wait()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(os.cpu_count())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.close()
    if failed:
        raise correct.Void(f"a worker of the scans ended: {failed[0]}")
    return results


def row(options, report):
    """What is read to the byte; of what is read at 200 dpi and more there is a goal, and nothing may be read wrong."""
    rows = table(measured(options.samples))
    (machine.BUILT / "scan.md").write_text(markdown(rows) + "\n")
    for one in rows:
        figures = {name: value for name, value in one.items() if name not in ("dpi", "rotation", "blur", "noise")}
        what = f"scans at {one['dpi']} dpi"
        if one["rotation"] != "all":
            report.note("S", f"{what}, turned {one['rotation']}°, blur {one['blur']}, noise {one['noise']}", **figures)
            continue
        goal = GOAL if one["dpi"] >= ENOUGH else None
        report.value("S", f"{what}: share read", one["ours"], at_least=goal, **figures)
        report.value("S", f"{what}: share read beyond that of zxing-cpp", one["ours"] - one["zxing"], at_least=0)
        report.value("S", f"{what}: read wrong", one["ours_wrong"], at_most=0)
