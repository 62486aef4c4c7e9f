"""Writes TensorBoard event files: records of length, check sum and protobuf `Event`, without TensorBoard itself.

TensorBoard and what it needs are twelve packages and 150 MB; the part of its format that plain curves need is this
page. A record is the length of its data (8 bytes, little-endian), the masked CRC-32C of these 8 bytes, the data, and
the masked CRC-32C of the data (tensorflow/core/lib/io/record_writer.cc). The data are an `Event` (event.proto): 1
wall_time double, 2 step int64, 3 file_version string, 5 summary; a `Summary` (summary.proto) repeats 1 value, and a
value is 1 tag string, 2 simple_value float.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VERSION = "brain.Event:2"
"""What the first record of every event file says."""

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, reflected


@dataclass(frozen=True, slots=True)
class Scalars:
    """The values of several curves at one step; `moment` in seconds since 1970."""

    moment: float
    step: int
    values: Mapping[str, float]


def event_file(began: float, told: Iterable[Scalars]) -> bytes:
    """A whole event file: the version record, then one record for each of `told`."""
    first = _event(began, 0, _text(3, VERSION))
    records = [first, *(_event(one.moment, one.step, _summary(one.values)) for one in told)]
    return b"".join(map(_record, records))


def _event(moment: float, step: int, content: bytes) -> bytes:
    counted = b"\x10" + _varint(step) if step else b""
    return b"\x09" + struct.pack("<d", moment) + counted + content


def _summary(values: Mapping[str, float]) -> bytes:
    written = [_text(1, tag) + b"\x15" + struct.pack("<f", value) for tag, value in values.items()]
    return _field(5, b"".join(_field(1, value) for value in written))


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, data: bytes) -> bytes:
    """A field of protobuf's wire type 2: bytes after their length."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _check(length) + data + _check(data)


def _check(data: bytes) -> bytes:
    """The check sum, turned and moved by a constant so that one over data that hold check sums stays a good one."""
    plain = crc32c(data)
    return struct.pack("<I", ((plain >> 15 | plain << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def crc32c(data: bytes) -> int:
    """CRC-32C (RFC 3720, section B.4) of some bytes."""
    crc, table = 0xFFFFFFFF, _TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _table() -> tuple[int, ...]:
    made = []
    for entry in range(256):
        for _ in range(8):
            entry = entry >> 1 ^ (_POLYNOMIAL if entry & 1 else 0)
        made.append(entry)
    return tuple(made)


_TABLE = _table()
