"""The growth of a step's cost with the rounds of a case, as a picture that needs no program but a browser."""

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

_WIDE, _HIGH, _EDGE = 720, 420, 60
_COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7c3aed")


def write(path: Path, title: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Write an SVG of lines on two logarithmic axes: rounds of the loop, and what a step costs beside the first."""
    points = [point for line in lines.values() for point in line]
    across = (min(log10(x) for x, _ in points), max(log10(x) for x, _ in points))
    up = (min(0.0, *(log10(y) for _, y in points)), max(1.0, *(log10(y) for _, y in points)))

    def at(x: float, y: float) -> str:
        right = _EDGE + (log10(x) - across[0]) / ((across[1] - across[0]) or 1) * (_WIDE - 2 * _EDGE)
        down = _HIGH - _EDGE - (log10(y) - up[0]) / ((up[1] - up[0]) or 1) * (_HIGH - 2 * _EDGE)
        return f"{right:.1f},{down:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif">',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#fff"/><text x="{_EDGE}" y="28" font-size="16">{title}</text>',
    ]
    for place, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        drawn = " ".join(at(x, y) for x, y in line)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in line:
            right, down = at(x, y).split(",")
            parts.append(f'<circle cx="{right}" cy="{down}" r="3" fill="{colour}"/>')
            parts.append(f'<text x="{right}" y="{float(down) - 8:.1f}" text-anchor="middle">{y:.2f} ({x:.0f})</text>')
        parts.append(f'<text x="{_EDGE}" y="{_HIGH - 12 - 18 * place}" fill="{colour}">{name}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>"]), encoding="utf-8")
