# SPDX-License-Identifier: BSD-2-Clause
"""Checks that each room includes only what the design allows it to.

Prints one line a breach, "file:line: ...", and exits 1 if there was any.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Headers that a freestanding compiler brings (C11, 4), and <string.h>.
FREESTANDING = r"(float|iso646|limits|stdalign|stdarg|stdbool|stddef|stdint" \
    r"|stdnoreturn|stdatomic|emmintrin|immintrin|cpuid)\.h"
LIBC = r"[a-z]+\.h|sys/[a-z]+\.h|machine/[a-z_]+\.h"
LWIP = r"(lwip|netif)/.*\.h"

# room: patterns of what may stand between the quotes or brackets.
ALLOWED = {
    "boot": [r"boot/", r"efi.*\.h", FREESTANDING, r"string\.h"],
    "kernel": [r"kernel/", r"boot/bootinfo\.h", LIBC],
    "drivers": [
        r"drivers/", r"net/(port|packet|pool)\.h",
        r"kernel/(pci|msi|mmio|dma|time|log)\.h", LIBC,
    ],
    "net": [r"net/", FREESTANDING, r"string\.h"],
    # zlib unpacks route files: it knows no machine and no protocol.
    "control": [
        r"control/", r"net/", r"kernel/(log|time)\.h", r"zlib\.h", LIBC,
    ],
    "lwip-port": [
        r"lwip-port/", LWIP, r"lwipopts\.h", r"arch/", r"net/", r"control/",
        r"kernel/(log|time)\.h", LIBC,
    ],
    "console": [
        r"console/", LWIP, r"control/", r"net/counters\.h",
        r"(llhttp|cJSON)\.h", r"cjson/cJSON\.h", LIBC,
    ],
}
COMPOSITION_ROOT = "kernel/main.c"
INCLUDE = re.compile(r'\s*#\s*include\s+[<"]([^">]+)[">]')


def sources(room):
    for folder, _, names in os.walk(os.path.join(ROOT, room)):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".S")):
                path = os.path.join(folder, name)
                yield os.path.relpath(path, ROOT)


def breaches(room, path):
    allowed = re.compile("|".join(f"(?:{p})" for p in ALLOWED[room]))
    with open(os.path.join(ROOT, path), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if found and not fits(allowed, found.group(1)):
                yield f"{path}:{number}: {room}/ may not include {found[1]}"


def fits(allowed, header):
    """A pattern that ends in a slash allows all below; others match whole."""
    match = allowed.match(header)
    return bool(match) and (
        match.group(0).endswith("/") or match.end() == len(header)
    )


def main():
    found = [
        breach
        for room in ALLOWED
        for path in sources(room)
        if path != COMPOSITION_ROOT
        for breach in breaches(room, path)
    ]
    print("\n".join(found) or "rooms: every include is allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
