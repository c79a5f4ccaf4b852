# SPDX-License-Identifier: BSD-2-Clause
"""Makes scripts (play.h) for the host build out of recorded frames.

    corpus.py FOLDER      frames, a file each, as `--record` of the
                          conformance suite leaves them

Writes into the kept corpus. A frame comes in by the port whose MAC it is to;
what was for a fourth port goes to the last that the host build has.
"""

import hashlib
import os
import struct
import sys

CORPUS = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "fuzz", "corpus", "frames")
MAC = bytes.fromhex("525400bb00")  # and the number of the port
PORTS = 3
RECORDS = 28  # a script has room for 32


def record(frame):
    port = 1
    if frame[:5] == MAC:
        port = min(frame[5], PORTS - 1)
        frame = MAC + bytes([port]) + frame[6:]
    return struct.pack("!BH", port, len(frame)) + frame


def main():
    folder = sys.argv[1]
    records = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            records.append(record(f.read()))
    for at in range(0, len(records), RECORDS):
        script = b"".join(records[at:at + RECORDS])
        name = hashlib.sha1(script).hexdigest()
        with open(os.path.join(CORPUS, name), "wb") as f:
            f.write(script)


if __name__ == "__main__":
    main()
