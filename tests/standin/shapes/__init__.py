# SPDX-License-Identifier: MPL-2.0
"""The NetBox versions the stand-in can be. To add one: its keys in a file beside, its name in this table.

What changes between versions beside the keys is asked where it matters, by Shape.since()."""
from . import v3_4, v3_7, v4_0, v4_2, v4_5, v4_7

SHAPES = {
    "3.4": v3_4.SHAPE,
    "3.7": v3_7.SHAPE,
    "4.0": v4_0.SHAPE,
    "4.2": v4_2.SHAPE,
    "4.5": v4_5.SHAPE,
    "4.7": v4_7.SHAPE,
}
