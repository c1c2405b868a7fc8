"""`codes.py encode|decode|decode-pixels SECONDS PICTURE HEX`: symbols with zxing-cpp, in this process.

`decode` begins with the picture's file, as a server gets it; `decode-pixels` with the pixels.
"""

import io
import sys
import time

import numpy
import zxingcpp
from PIL import Image

what, seconds, picture, digits = sys.argv[1:]
payload = bytes.fromhex(digits)
# Where it is not said, the picture is searched for every kind of code and turned in every way.
OPTIONS = {"formats": zxingcpp.BarcodeFormat.DataMatrix}
if what != "encode":
    file = open(picture, "rb").read()
    pixels = numpy.array(Image.open(io.BytesIO(file)).convert("L"))


def encode():
    return zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix)


def decode_pixels(of=None):
    found = zxingcpp.read_barcodes(pixels if of is None else of, **OPTIONS)
    if not any(one.bytes == payload for one in found):
        sys.exit("zxing-cpp reads another payload, or none")


def decode():
    decode_pixels(numpy.array(Image.open(io.BytesIO(file)).convert("L")))


once = {"encode": encode, "decode": decode, "decode-pixels": decode_pixels}[what]
end = time.monotonic() + float(seconds)
count = 0
while time.monotonic() < end:
    once()
    count += 1
print(count)
