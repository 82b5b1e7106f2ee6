"""How the benchmarks print what they measured."""

import statistics


def median(values):
    return statistics.median(values)


def table(heads, rows):
    """The first column to the left, the others to the right, as wide as they need to be."""
    lines = [heads, *rows]
    widths = [max(len(str(line[n])) for line in lines) for n in range(len(heads))]
    for line in lines:
        cells = [str(line[0]).ljust(widths[0])]
        cells += [str(cell).rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())
    print(flush=True)


def verdict(value, target, at_least=True):
    """`0.61 (0.50 or more: yes)`"""
    holds = value >= target if at_least else value <= target
    return f"{value:.2f} ({target:g} or {'more' if at_least else 'less'}: {'yes' if holds else 'NO'})"


def spread(values):
    """The lowest and the highest."""
    return f"{min(values):,.0f} to {max(values):,.0f}"
