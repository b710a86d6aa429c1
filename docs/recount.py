"""Count an exported box again, without any of the program that counted it first.

    python recount.py box.json            a signed vote; or the public box of any vote, which holds receipts alone
    python recount.py box.json shares     a secret one: a file with one share on each line; needs PyNaCl

It proves that every envelope fits its receipt, that all of them give the published root, and that the count gives the
published result; of the public box, that its receipts give the root. It says what differs and ends with 1 if anything
does.
"""

import base64
import hashlib
import json
import sys
from fractions import Fraction
from pathlib import Path

PRIME = 2**256 + 297
WORDS = ("for", "against", "abstain")


def main(arguments):
    """Recount the box in the file that is named; return the exit code."""
    box = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    shares = Path(arguments[1]).read_text(encoding="ascii").split() if len(arguments) > 1 else []
    whole = "result" in box
    wrong = [*(check_envelopes(box) if whole else ()), *check_root(box), *(check_result(box, shares) if whole else ())]
    print("\n".join(wrong) or f"The same: {len(box['envelopes'])} envelopes, root {box['root']}")  # noqa: T201
    return 1 if wrong else 0


def check_result(box, shares):
    """Say in what the count differs from the published result."""
    for name, silent in (("plain", []), ("with_silent", box["silent"]["items"])):
        ballots = opened(box, shares)
        for item, published in zip(box["items"], box["result"][name], strict=True):
            yield from differences(f"{name}, item {item['no']}", counted(box, item, ballots, silent), published)


def check_envelopes(box):
    """Say which envelopes do not fit their receipt, and whether a head counts twice."""
    for one in box["envelopes"]:
        bound = base64.b64decode(one["about"]) + b"\x00" + base64.b64decode(one["content"])
        if hashlib.sha256(bound).hexdigest() != one["digest"]:
            yield f"envelope {one['digest'][:12]} does not fit its receipt"
    heads = [one["head"] for one in box["envelopes"] if one["counted"]]
    if len(set(heads)) < len(heads):
        yield "a head is counted twice"


def check_root(box):
    """Say whether the envelopes give another root than the published one."""
    leaves = sorted((bytes.fromhex(one["digest"]), one["counted"]) for one in box["envelopes"])
    row = [hashlib.sha256(b"\x00" + digest + bytes([counts])).digest() for digest, counts in leaves]
    while len(row) > 1:
        pairs = [hashlib.sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
    if (row[0] if row else hashlib.sha256(b"").digest()).hex() != box["root"]:
        yield "the envelopes do not give the published root"


def opened(box, shares):
    """Return (area, choices) of every ballot that counts."""
    contents = [(one, base64.b64decode(one["content"])) for one in box["envelopes"] if one["counted"]]
    if box["secret"]:
        from nacl.public import PrivateKey, SealedBox  # only here: a signed vote needs nothing but Python

        key = SealedBox(PrivateKey(joined([bytes.fromhex(share) for share in shares])))
        contents = [(one, key.decrypt(sealed)) for one, sealed in contents]
    return [(Fraction(one["area"]), json.loads(plain)["c"]) for one, plain in contents]


def joined(shares):
    """Return the key that the shares give together (Shamir, at 0)."""
    points = {share[0]: int.from_bytes(share[1:], "big") for share in shares}
    key = 0
    for no, value in points.items():
        for other in points.keys() - {no}:
            value = value * other * pow(other - no, -1, PRIME) % PRIME
        key += value
    return (key % PRIME).to_bytes(32, "big")


def counted(box, item, ballots, silent_items):
    """Return what was said to one item as the result writes it."""
    elects, seats = item.get("kind") == "election", int(item.get("seats", 0))
    keys = [one["key"] for one in item.get("candidates", [])]
    lots = {word: [] for word in (*WORDS, "invalid", *((key,) for key in keys))}
    for area, said in ballots:
        choice = said.get(str(item["no"]), "invalid")
        if elects and isinstance(choice, list) and len(choice) <= seats and set(choice) <= set(keys):
            lots["for"].append(area)
            for key in choice:
                lots[(key,)].append(area)
        elif isinstance(choice, str) and choice in (("abstain",) if elects else WORDS):
            lots[choice].append(area)
        else:
            lots["invalid"].append(area)
    sums = {word: [len(lot), sum(lot, Fraction(0))] for word, lot in lots.items()}
    part = [len(ballots), sum((area for area, _ in ballots), Fraction(0))]
    if item["no"] in silent_items:
        silent = [box["silent"]["heads"], Fraction(box["silent"]["area"])]
        part = added(part, silent)
        ahead = None if elects else leading(sums["for"], sums["against"])
        if ahead:
            sums[ahead] = added(sums[ahead], silent)
    whole = [box["whole"]["heads"], Fraction(box["whole"]["area"])]
    needed = box["rules"]["special" if item.get("class") == "special" else "ordinary"]
    valid = met(box["rules"]["participation"], part, whole)
    found = {"participants": written(part), "valid": valid}
    found |= {word: written(sums[word]) for word in (*WORDS, "invalid")}
    if not elects:
        return found | {"passed": valid and met(needed, sums["for"], part)}
    return found | elected(box["rules"].get("tie"), seats, {key: sums[(key,)] for key in keys}, needed, part, valid)


def elected(tie, seats, sums, needed, part, valid):
    """Return who passes both halves and who has a seat: the most heads, then what the rules say of a tie."""

    def rank(key):
        return sums[key][0], sums[key][1] if tie == "heads_then_area" else 0

    passing = sorted((key for key in sums if valid and met(needed, sums[key], part)), key=rank, reverse=True)
    seated, tied = passing[:seats], []
    if len(passing) > seats and rank(passing[seats - 1]) == rank(passing[seats]):
        tied = [key for key in passing if rank(key) == rank(passing[seats])]
        seated = [key for key in seated if key not in tied]
    candidates = {key: {**written(sums[key]), "passing": key in passing} for key in sums}
    return {"candidates": candidates, "elected": set(seated), "tied": set(tied), "passed": len(seated) == seats}


def leading(approved, against):
    """Return the word that is ahead in heads and in area, if one is."""
    if approved[0] > against[0] and approved[1] > against[1]:
        return "for"
    return "against" if against[0] > approved[0] and against[1] > approved[1] else None


def met(limits, part, whole):
    """Say whether both halves of a limit are met."""
    for have, all_of, limit in zip(part, whole, (limits["heads"], limits["area"]), strict=True):
        need = all_of * Fraction(limit["ratio"])
        if all_of <= 0 or have < need or (limit["more"] and have == need):
            return False
    return True


def added(one, other):
    """Return two weights together."""
    return [one[0] + other[0], one[1] + other[1]]


def written(sums):
    """Return heads and area as the result writes them."""
    return {"heads": sums[0], "area": f"{int(sums[1] * 100) // 100}.{int(sums[1] * 100) % 100:02}"}


def differences(where, found, published):
    """Say which numbers differ; what is withheld in the published result (null) can't."""
    for name, value in found.items():
        given = published[name]
        if name == "candidates":
            for one in given:
                yield from differences(f"{where}, candidate {one['key']}", value[one["key"]], one)
        elif isinstance(value, dict):
            yield from differences(f"{where}, {name}", value, given)
        elif given is not None and value != (set(given) if isinstance(value, set) else given):
            yield f"{where}, {name}: counted {value}, published {given}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
