"""Pages of capitals and figures as PNG files, without a library: lines of text in a font of 5 by 7 dots."""

import struct
import zlib

# Seven rows of five dots for each character, a row as one base-32 digit.
FONT = {
    "A": "ehhvhhh", "B": "uhhuhhu", "C": "ehggghe", "D": "uhhhhhu", "E": "vgguggv", "F": "vgguggg", "G": "ehgnhhf",
    "H": "hhhvhhh", "I": "e44444e", "J": "72222ic", "K": "hikokih", "L": "ggggggv", "M": "hrllhhh", "N": "hhpljhh",
    "O": "ehhhhhe", "P": "uhhuggg", "Q": "ehhhlid", "R": "uhhukih", "S": "fgge11u", "T": "v444444", "U": "hhhhhhe",
    "V": "hhhhha4", "W": "hhhllla", "X": "hha4ahh", "Y": "hhha444", "Z": "v1248gv",
    "0": "ehjlphe", "1": "4c4444e", "2": "eh1248v", "3": "v2421he", "4": "26aiv22", "5": "vgu11he", "6": "68guhhe",
    "7": "v124888", "8": "ehhehhe", "9": "ehhf12c", ".": "000000c", ",": "00000c8", ":": "0cc0cc0", "-": "000v000",
    "/": "0124800", "%": "op248j3", "(": "2488842", ")": "8422248", " ": "0000000",
}
SCALE, MARGIN = 3, 24


def dots(text):
    """Rows of booleans of one line of text."""
    rows = []
    for r in range(7):
        row = []
        for character in text.upper():
            bits = int(FONT.get(character, FONT[" "])[r], 32)
            row += [bool(bits >> (4 - c) & 1) for c in range(5)] + [False]
        rows.append(row)
    return rows


def write_page(path, lines):
    """Black on white, one line of text under the other."""
    width = max(len(line) for line in lines) * 6 * SCALE + 2 * MARGIN
    height = len(lines) * 10 * SCALE + 2 * MARGIN
    pixels = [bytearray(b"\xff" * width) for _ in range(height)]
    for n, line in enumerate(lines):
        for r, row in enumerate(dots(line)):
            for c, is_set in enumerate(row):
                if is_set:
                    for y in range(SCALE):
                        at = MARGIN + c * SCALE
                        pixels[MARGIN + (n * 10 + r) * SCALE + y][at:at + SCALE] = b"\x00" * SCALE

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    data = zlib.compress(b"".join(b"\x00" + bytes(row) for row in pixels), 9)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", data) + chunk(b"IEND", b""))
