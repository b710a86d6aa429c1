"""The little picture of each category; a category without one gets three dots."""

_ICONS = {
    "service": "who",
    "fees": "coin",
    "cleaning": "broom",
    "greening": "leaf",
    "order": "shield",
    "parking": "car",
    "lift": "lift",
    "water": "drop",
    "power": "lamp",
    "heating": "heat",
    "gas": "gas",
    "drains": "drain",
    "leaks": "crack",
    "fire": "fire",
    "breaches": "shed",
    "self_government": "people",
}


def category_icon(category: str) -> str:
    """Return the name of the icon; longer codes like power_light find theirs by their beginning."""
    if category in _ICONS:
        return _ICONS[category]
    return next((icon for name, icon in _ICONS.items() if category.startswith(name)), "more")
