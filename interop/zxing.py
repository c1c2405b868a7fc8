"""What zxing-cpp reads in a picture: WIDTH and HEIGHT as arguments, a byte of grey for each pixel on standard input.

Writes the bytes of every Data Matrix there is.
"""

import sys

import zxingcpp

width, height = map(int, sys.argv[1:])
picture = memoryview(sys.stdin.buffer.read()).cast("B", (height, width))
found = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.DataMatrix)
sys.stdout.buffer.write(b"".join(barcode.bytes for barcode in found))
