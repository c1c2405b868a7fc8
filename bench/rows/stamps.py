"""P7, P8, P9: symbols written and read, and files stamped, in one process each, beside other libraries."""

import random
import subprocess

import machine
from contestants import PEERS
from correct import Void
from measure import Gate, Ratio, abba

PYTHON = PEERS / ".venv/bin/python"
SIZES = (("100 KB", 100_000, 25), ("5 MB", 5_000_000, 2))
LIBRARIES = {
    "PyMuPDF": (PYTHON, "stamps.py", "pymupdf"),
    "pikepdf": (PYTHON, "stamps.py", "pikepdf"),
    "pypdf": (PYTHON, "stamps.py", "pypdf"),
    "pdf-lib": ("node", "stamps.mjs"),
}


def peer(*command):
    """Rounds per second of processor time of somebody else's loop."""
    return machine.timed(command, cwd=PEERS)[0]


def compared(row, what, ours, others, options, report, goal=None):
    """Our loop beside each of theirs; the first has the goal."""
    gate = Gate()
    for name, loop in others.items():
        ratio, rates, theirs = Ratio(), [], []
        for mine, other in abba(options.rounds, ours, loop, gate):
            ratio.add(sum(mine), sum(other))
            rates, theirs = rates + mine, theirs + other
        figures = {"rate": max(rates), "peer_rate": max(theirs)}
        report.row(row, f"{what}, beside {name}", ratio, goal=goal, **figures)
        goal = None
    report.refused(gate)


def p7(options, report):
    """A symbol of 180 bytes."""
    payload = random.Random(7).randbytes(180).hex()
    ours = lambda: machine.limit("encode", options.seconds / 2, payload)
    theirs = lambda: peer(PYTHON, "codes.py", "encode", options.seconds / 2, "-", payload)
    compared("P7", "encode 180 bytes", ours, {"zxing-cpp": theirs}, options, report, goal=1)


def p8(options, report):
    """The symbol of a stamped page: in a part of its picture, in all of it, and in the file's own drawing."""
    seconds, place = options.seconds / 2, machine.place("tmpfs")
    source, stamped = place / "page.pdf", place / "stamped.pdf"
    source.write_bytes(document(1_000))
    machine.limit("stamp", 0, source, stamped)
    payload = stamped.with_suffix(".seal").read_text()
    draw = ("pdftoppm", "-r", "150", "-gray", "-png", "-singlefile")
    parts = {"crop": ("-x", "700", "-y", "1400", "-W", "540", "-H", "354"), "A4 page at 150 dpi": ()}
    for name, part in parts.items():
        picture = place / f"{name.split()[0]}.png"
        subprocess.run([*draw, *part, stamped, picture.with_suffix("")], check=True)
        ours = lambda: machine.limit("decode", seconds, picture, payload)
        others = {
            f"zxing-cpp, {begin}": lambda what=what: peer(PYTHON, "codes.py", what, seconds, picture, payload)
            for begin, what in (("both from the file", "decode"), ("which has the pixels already", "decode-pixels"))
        }
        compared("P8", f"decode a {name}", ours, others, options, report, goal=1)
    ours = lambda: machine.limit("decode-drawn", seconds, payload)
    picture = place / "crop.png"
    theirs = {"zxing-cpp on a crop": lambda: peer(PYTHON, "codes.py", "decode-pixels", seconds, picture, payload)}
    compared("P8", "decode the drawing of a stamped file", ours, theirs, options, report, goal=10)


def p9(options, report):
    """Files stamped, their hashes included."""
    seconds, place = options.seconds / 2, machine.place("tmpfs")
    for name, size, goal in SIZES:
        source, stamped, picture = place / "in.pdf", place / "out.pdf", place / "symbol.png"
        source.write_bytes(document(size))
        machine.limit("stamp", 0, source, stamped)
        check(stamped, picture)
        ours = lambda: machine.limit("stamp", seconds, source, stamped)
        others = {
            library: lambda words=words: peer(*words, seconds, source, picture, place / "other.pdf")
            for library, words in LIBRARIES.items()
        }
        compared("P9", f"stamp {name}", ours, others, options, report, goal=goal)
        check(stamped, picture)
        worker = machine.timed([machine.TARGET / "ananke-limits", "stamp", seconds, source, stamped, machine.TARGET / "ananke"])
        check(stamped, picture)
        report.note("P9", f"stamp {name}, each in a confined process that also looks what is covered", rate=worker[0])


def check(stamped, picture):
    """A stamped file that `qpdf` finds a fault in, or whose symbol zxing-cpp reads otherwise, voids the row; leaves the symbol."""
    told = subprocess.run(["qpdf", "--check", stamped], capture_output=True, text=True)
    if told.returncode:
        raise Void(f"qpdf: {told.stdout} {told.stderr}")
    part = ("-x", "1800", "-y", "2900", "-W", "680", "-H", "608")
    draw = ("pdftoppm", "-r", "300", "-gray", "-png", "-singlefile")
    subprocess.run([*draw, *part, stamped, picture.with_suffix("")], check=True)
    payload = stamped.with_suffix(".seal").read_text()
    peer(PYTHON, "codes.py", "decode", 0.001, picture, payload)


def document(size):
    """A page with a picture of so many bytes that nothing makes smaller."""
    data = random.Random(size).randbytes(size // 100 * 100)
    drawing = b"q 400 0 0 500 90 300 cm /I Do Q"
    image = b"<< /Type /XObject /Subtype /Image /Width %d /Height 100 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length %d >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        image % (len(data) // 100, len(data)) + b"\nstream\n" + data + b"\nendstream",
    ]
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
