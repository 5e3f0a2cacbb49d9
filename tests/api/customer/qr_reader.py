"""Reads QR codes by ISO/IEC 18004: a second opinion on what the images say.

For clean images: it finds the modules in our PNG and SVG, unmasks and reads them, and
demands that the error correction of every block is right. Only the table of block
sizes is taken from the library that writes the codes.
"""

from __future__ import annotations

import re
import struct
import zlib

from segno.consts import ECC

Modules = list[list[bool]]
"""True is black; without the quiet zone."""

_MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, _: y % 2,
    lambda _, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def modules_of_png(png: bytes, *, scale: int, border: int) -> Modules:
    """The modules of a black and white PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    start, packed = 8, b""
    while start < len(png):
        (length,) = struct.unpack(">I", png[start : start + 4])
        if png[start + 4 : start + 8] == b"IDAT":
            packed += png[start + 8 : start + 8 + length]
        start += length + 12
    rows = _unfiltered(zlib.decompress(packed), height, (width + 7) // 8)
    dark = [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for row in rows]
    sampled = [row[scale // 2 :: scale] for row in dark[scale // 2 :: scale]]
    return _without_border(sampled, border)


def _unfiltered(plain: bytes, height: int, length: int) -> list[bytes]:
    """Undo PNG's filters of rows: 0 stores a row, 2 its difference to the one above."""
    rows = [bytes(length)]
    for i in range(height):
        kind, *row = plain[i * (length + 1) : (i + 1) * (length + 1)]
        above = rows[-1] if kind == 2 else bytes(length)
        assert kind in {0, 2}
        rows.append(bytes((a + b) % 256 for a, b in zip(row, above, strict=True)))
    return rows[1:]


def modules_of_svg(svg: bytes, *, border: int) -> Modules:
    """The modules of an SVG that draws its rows as horizontal strokes."""
    text = svg.decode()
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', text)[1])  # type: ignore[index]
    path = re.search(r'stroke="#000" d="([^"]+)"', text)[1]  # type: ignore[index]
    rows = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for move, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        by = [float(number) for number in numbers.split()]
        if move == "h":
            rows[int(y)][int(x) : int(x + by[0])] = [True] * int(by[0])
            x += by[0]
        else:
            x, y = (by[0], by[1]) if move == "M" else (x + by[0], y + by[1])
    return _without_border(rows, border)


def read(modules: Modules) -> str:
    """The text in byte mode that a QR code holds."""
    version = (len(modules) - 17) // 4
    level, mask = _format(modules)
    bits = _data_bits(modules, version, mask)
    codewords = [_number(bits[i : i + 8]) for i in range(0, len(bits) // 8 * 8, 8)]
    data = _deinterleaved(codewords, ECC[version][level])
    stream = [byte >> (7 - i) & 1 for byte in data for i in range(8)]
    assert _number(stream[:4]) == 0b0100
    counted = 8 if version < 10 else 16
    length, start = _number(stream[4 : 4 + counted]), 4 + counted
    text = (stream[start + i * 8 : start + i * 8 + 8] for i in range(length))
    return bytes(_number(byte) for byte in text).decode()


def _without_border(rows: Modules, border: int) -> Modules:
    size = len(rows)
    kept = range(border, size - border)
    outside = (
        rows[y][x] for y in range(size) for x in range(size) if {y, x} - set(kept)
    )
    assert not any(outside)
    return [[rows[y][x] for x in kept] for y in kept]


def _format(modules: Modules) -> tuple[int, int]:
    row = [modules[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)]
    column = [modules[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    found = _number(row + column) ^ 0b101010000010010
    return found >> 13, found >> 10 & 7


def _data_bits(modules: Modules, version: int, mask: int) -> list[bool]:
    size, fixed = len(modules), _fixed(version)
    places: list[tuple[int, int]] = []
    columns = [x for x in range(size - 1, 0, -2) if x > 6]
    columns += [x - 1 for x in range(6, 0, -2)]
    for turn, right in enumerate(columns):
        upwards = turn % 2 == 0
        for y in range(size - 1, -1, -1) if upwards else range(size):
            places += [(y, right), (y, right - 1)]
    return [
        modules[y][x] != (_MASKS[mask](y, x) == 0)
        for y, x in places
        if (y, x) not in fixed
    ]


def _fixed(version: int) -> set[tuple[int, int]]:
    """Finder, format, timing, alignment and version patterns."""
    size = version * 4 + 17
    fixed = {(6, i) for i in range(size)} | {(i, 6) for i in range(size)}
    for top, left, tall, wide in (
        (0, 0, 9, 9),
        (0, size - 8, 9, 8),
        (size - 8, 0, 8, 9),
    ):
        fixed |= _area(top, left, tall, wide)
    if version >= 7:
        fixed |= _area(0, size - 11, 6, 3) | _area(size - 11, 0, 3, 6)
    places = _alignment(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for centre in {(y, x) for y in places for x in places} - corners:
        fixed |= _area(centre[0] - 2, centre[1] - 2, 5, 5)
    return fixed


def _area(top: int, left: int, tall: int, wide: int) -> set[tuple[int, int]]:
    return {(top + y, left + x) for y in range(tall) for x in range(wide)}


def _alignment(version: int) -> list[int]:
    if version == 1:
        return []
    count, last = version // 7 + 2, version * 4 + 10
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *(last - step * i for i in range(count - 1))]


def _deinterleaved(codewords: list[int], groups: tuple[ECC, ...]) -> list[int]:
    sizes = [
        (each.num_data, each.num_total)
        for each in groups
        for _ in range(each.num_blocks)
    ]
    blocks: list[list[int]] = [[] for _ in sizes]
    rest = iter(codewords)
    for i in range(max(data for data, _ in sizes)):
        for block, (data, _) in zip(blocks, sizes, strict=True):
            if i < data:
                block.append(next(rest))
    data_of = [list(block) for block in blocks]
    for _ in range(sizes[0][1] - sizes[0][0]):
        for block in blocks:
            block.append(next(rest))
    for block, (data, total) in zip(blocks, sizes, strict=True):
        assert not any(_syndromes(block, total - data))
    return [byte for block in data_of for byte in block]


def _syndromes(block: list[int], count: int) -> list[int]:
    """Reed-Solomon: all zero where nothing has to be corrected."""
    found = []
    point = 1
    for _ in range(count):
        value = 0
        for byte in block:
            value = _times(value, point) ^ byte
        found.append(value)
        point = _times(point, 2)
    return found


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product


def _number(bits: list[bool] | list[int]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
