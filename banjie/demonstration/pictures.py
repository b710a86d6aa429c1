"""Small drawn photos for the demonstration: a scene by its name, before or after it was put right."""

import random
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

_SIZE = (480, 360)
_KEPT = (320, 240)
_DULL, _FRESH = (92, 98, 104), (150, 186, 196)
_VARIANTS = 3


@cache
def photo(scene: str, *, after: bool, variant: int) -> bytes:
    """Return a JPEG of the scene; there are few variants, so that drawing and storing stay cheap."""
    chance = random.Random(f"{scene}{after}{variant % _VARIANTS}")  # noqa: S311 - a drawing, no secret
    picture = Image.new("RGB", _SIZE, _FRESH if after else _DULL)
    pen = ImageDraw.Draw(picture)
    ground = 250 + chance.randrange(20)
    pen.rectangle((0, ground, *_SIZE), fill=(120, 124, 110) if after else (74, 72, 66))
    _DRAWN.get(scene, _building)(pen, chance, ground, after)
    for _ in range(500):
        x, y, light = chance.randrange(480), chance.randrange(360), chance.randrange(60, 200)
        pen.point((x, y), fill=(light, light, light))
    buffer = BytesIO()
    picture.resize(_KEPT).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def variants() -> int:
    """Return how many drawings of one scene there are."""
    return _VARIANTS


def _building(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    left = 90 + chance.randrange(60)
    pen.rectangle((left, 60, left + 230, ground), fill=(196, 180, 158) if after else (150, 136, 120))
    for row in range(4):
        for column in range(4):
            x, y = left + 18 + column * 54, 76 + row * 44
            pen.rectangle((x, y, x + 30, y + 26), fill=(238, 226, 170) if after else (70, 78, 88))


def _wall(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    pen.rectangle((0, 0, 480, ground), fill=(214, 208, 196) if after else (176, 168, 150))
    if not after:
        x, y = 120 + chance.randrange(120), 0
        for _ in range(14):
            to = (x + chance.randrange(-24, 30), y + 18)
            pen.line((x, y, *to), fill=(70, 60, 52), width=4)
            x, y = to
        pen.ellipse((x - 70, y - 30, x + 70, y + 40), fill=(128, 116, 92))


def _pipe(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    top = 120 + chance.randrange(40)
    pen.rectangle((0, top, 480, top + 46), fill=(168, 172, 176))
    pen.rectangle((220, top - 12, 262, top + 58), fill=(132, 138, 142))
    if not after:
        for n in range(18):
            x = 200 + chance.randrange(90)
            pen.line((x, top + 50, x + chance.randrange(-40, 40), ground + n * 4), fill=(120, 160, 190), width=3)
        pen.ellipse((130, ground - 6, 380, ground + 60), fill=(96, 132, 158))


def _lamp(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    if not after:
        pen.rectangle((0, 0, 480, ground), fill=(34, 38, 46))
    x = 200 + chance.randrange(80)
    pen.rectangle((x, 90, x + 10, ground), fill=(60, 62, 66))
    if after:
        pen.polygon(((x + 5, 92), (x - 120, ground), (x + 130, ground)), fill=(236, 222, 158))
    pen.ellipse((x - 18, 66, x + 28, 100), fill=(250, 238, 180) if after else (90, 92, 96))


def _lift(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    pen.rectangle((120, 40, 360, ground + 30), fill=(188, 190, 192))
    gap = 4 if after else 20 + chance.randrange(30)
    pen.rectangle((140, 70, 240 - gap, ground + 30), fill=(150, 154, 158))
    pen.rectangle((240 + gap, 70, 340, ground + 30), fill=(150, 154, 158))
    pen.rectangle((210, 46, 270, 64), fill=(40, 160, 90) if after else (190, 40, 40))


def _garbage(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    for n in range(3):
        pen.rectangle((110 + n * 90, ground - 90, 170 + n * 90, ground + 10), fill=(60, 110, 84))
    for _ in range(0 if after else 40):
        x, y = 70 + chance.randrange(330), ground - 20 + chance.randrange(80)
        colour = (chance.randrange(90, 220), chance.randrange(80, 180), chance.randrange(70, 160))
        pen.ellipse((x, y, x + 14 + chance.randrange(26), y + 16), fill=colour)


def _tree(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    for n in range(3):
        x = 90 + n * 130 + chance.randrange(20)
        pen.rectangle((x - 6, ground - 90, x + 6, ground), fill=(96, 72, 50))
        pen.ellipse((x - 46, ground - 180, x + 46, ground - 70), fill=(86, 138, 76) if after else (142, 120, 66))


def _gate(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    pen.rectangle((60, 70, 100, ground), fill=(150, 140, 128))
    pen.rectangle((380, 70, 420, ground), fill=(150, 140, 128))
    end = (380, 180) if after else (260 + chance.randrange(60), 60)
    pen.line((100, 180, *end), fill=(210, 60, 50), width=10)


def _car(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    for n in range(2 if after else 4):
        x, y = 20 + n * (220 if after else 112), ground - 40 + chance.randrange(30)
        colour = (chance.randrange(60, 220), chance.randrange(60, 160), chance.randrange(60, 200))
        pen.rectangle((x, y, x + 130, y + 44), fill=colour)
        pen.rectangle((x + 26, y - 26, x + 100, y), fill=colour)
        for wheel in (x + 22, x + 92):
            pen.ellipse((wheel, y + 32, wheel + 24, y + 56), fill=(26, 26, 28))


def _smoke(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    _building(pen, chance, ground, after)
    pen.rectangle((330, 130, 352, ground), fill=(120, 120, 124))
    for n in range(0 if after else 9):
        x, y = 330 - n * 12 + chance.randrange(30), 120 - n * 12
        pen.ellipse((x - 24, y - 18, x + 28 + n * 3, y + 18), fill=(186 - n * 4, 182 - n * 4, 176 - n * 4))


def _dog(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    _tree(pen, chance, ground - 20, after)
    for n in range(0 if after else 3):
        x, y = 90 + n * 110 + chance.randrange(30), ground + 10 + chance.randrange(40)
        colour = (chance.randrange(90, 200), chance.randrange(70, 150), 70)
        pen.ellipse((x, y, x + 60, y + 26), fill=colour)
        pen.ellipse((x + 50, y - 14, x + 76, y + 10), fill=colour)
        for leg in (x + 8, x + 44):
            pen.line((leg, y + 22, leg, y + 42), fill=colour, width=5)


def _board(pen: ImageDraw.ImageDraw, chance: random.Random, ground: int, after: bool) -> None:
    pen.rectangle((90, 60, 390, ground - 20), fill=(150, 40, 36))
    pen.rectangle((102, 72, 378, ground - 32), fill=(240, 238, 230))
    for row in range(8 if after else 0):
        pen.line((118, 92 + row * 18, 200 + chance.randrange(150), 92 + row * 18), fill=(80, 80, 84), width=4)


_DRAWN = {
    "wall": _wall,
    "pipe": _pipe,
    "lamp": _lamp,
    "lift": _lift,
    "garbage": _garbage,
    "tree": _tree,
    "gate": _gate,
    "car": _car,
    "smoke": _smoke,
    "dog": _dog,
    "board": _board,
}
