# SPDX-License-Identifier: BSD-2-Clause
"""The machines that Barewire is put to the clauses on."""

# name: model of all NICs, cores
MACHINES = {"e1000e-1": ("e1000e", 1), "e1000e-4": ("e1000e", 4),
            "ixgbe-1": ("ixgbe", 1), "ixgbe-4": ("ixgbe", 4)}
