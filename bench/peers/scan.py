"""Scanned pages, and two readers of them: `scan.py FOLDER READER SEED SHARE OF`, and a sample a line as JSON on the input.

FOLDER holds the stamped pages and, in `payloads`, what is sealed in each. Every sample is a page as `pdftoppm` draws it, moved by a
part of a pixel, turned, blurred, made noisy and packed as JPEG; both readers get these bytes. Prints a line of JSON for each.
"""

import io
import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy
import zxingcpp
from PIL import Image

QUALITY = 50
ROWS = 64


def drawn(path, dpi):
    """A page in grey."""
    out = subprocess.run(["pdftoppm", "-gray", "-r", str(dpi), "-singlefile", path], capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(out))


def moved(page, degrees, random):
    """Turned about its middle, to either side, and moved by a part of a pixel; what comes into sight is white."""
    angle = math.radians(degrees) * random.choice((-1, 1))
    cos, sin = math.cos(angle), math.sin(angle)
    (width, height), (right, down) = page.size, random.uniform(0, 1, 2)
    x, y = width / 2, height / 2
    matrix = (cos, sin, x - x * cos - y * sin + right, -sin, cos, y + x * sin - y * cos + down)
    return page.transform(page.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC, fillcolor=255)


def blurred(pixels, sigma):
    """Through a Gaussian of so many pixels; some rows at a time, which stay in the processor's cache."""
    reach = math.ceil(3 * sigma)
    weights = numpy.exp(-(numpy.arange(-reach, reach + 1) ** 2) / (2 * sigma**2)).astype(numpy.float32)
    weights /= weights.sum()
    height, width = pixels.shape
    padded, out = numpy.pad(pixels, reach, mode="edge"), numpy.empty_like(pixels)
    for top in range(0, height, ROWS):
        bottom = min(top + ROWS, height)
        down = sum(weight * padded[top + at : bottom + at] for at, weight in enumerate(weights))
        out[top:bottom] = sum(weight * down[:, at : at + width] for at, weight in enumerate(weights))
    return out


def scanned(page, sample, random):
    """What the scanner's program saves, as JPEG."""
    pixels = numpy.asarray(moved(page, sample["rotation"], random), numpy.float32)
    if sample["blur"]:
        pixels = blurred(pixels, sample["blur"])
    if sample["noise"]:
        pixels = pixels + sample["noise"] * random.standard_normal(pixels.shape, numpy.float32)
    image = Image.fromarray(numpy.clip(numpy.rint(pixels), 0, 255).astype(numpy.uint8))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


class Ours:
    """The product's reader, in a process of its own."""

    def __init__(self, program, place):
        self.path = place
        self.process = subprocess.Popen([program, "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, jpeg):
        self.path.write_bytes(jpeg)
        print(self.path, file=self.process.stdin, flush=True)
        micros, *found = self.process.stdout.readline().split()
        return int(micros), found


def theirs(jpeg):
    """zxing-cpp, with everything it can try."""
    began = time.thread_time()
    pixels = numpy.asarray(Image.open(io.BytesIO(jpeg)))
    found = zxingcpp.read_barcodes(
        pixels, zxingcpp.BarcodeFormat.DataMatrix, try_rotate=True, try_downscale=True, try_invert=True
    )
    return round((time.thread_time() - began) * 1e6), [one.bytes.hex() for one in found]


def main():
    folder, program, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    payloads = (folder / "payloads").read_text().split()
    ours = Ours(program, folder / f"{sys.argv[4]}.jpg")
    for line in sys.stdin:
        sample = json.loads(line)
        random = numpy.random.default_rng((seed, sample["dpi"], sample["number"]))
        jpeg = scanned(drawn(folder / f"{sample['number']}.pdf", sample["dpi"]), sample, random)
        if keep := sample.get("keep"):
            Path(keep).write_bytes(jpeg)
        for name, read in (("ours", ours.read), ("zxing", theirs)):
            micros, found = read(jpeg)
            # What a reader finds besides is not what it was asked for; a payload that is none of this file is wrong.
            right = payloads[sample["number"]] in found
            wrong = any(one != payloads[sample["number"]] for one in found)
            sample[name] = {"micros": micros, "right": right, "wrong": wrong}
        print(json.dumps(sample), flush=True)


main()
