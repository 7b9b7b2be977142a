"""Encodings older than UTF-8, told apart by whether the words that they give are words.

The same bytes often are text in several of them. So every candidate decodes the file, and its
words with signs beyond ASCII are counted: how many look like the language that the encoding is
for? One candidate has to explain nearly all of them and every other one few; else the file is
refused, for a wrong guess would be a wrong name of a customer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Shares of words: what the right reading explains at least, and a wrong one at most.
_RIGHT, _WRONG = 0.9, 0.3

# ---- Japanese ----

# Letters, signs beyond ASCII, and what may be the second byte of a kanji.
_WORD = re.compile(r"[@-{}~]*[^\x00-\x7f][^\x00-\x3f|\x7f]*")
_HALF = "\uff61-\uff9f"
_HALF_RUN = re.compile(f"[{_HALF}]+")
_FULL_RUN = re.compile(f"[^\\x00-\\x7f{_HALF}]+")
# Sounding marks stand behind a sign that they can change, small signs and the long mark not first.
_HALF_WORD = re.compile(
    "(?:[\uff76-\uff84\uff8a-\uff8e\uff73]\uff9e|[\uff8a-\uff8e]\uff9f"
    "|[\uff62\uff63\uff65\uff71-\uff9d])(?:[\uff76-\uff84\uff8a-\uff8e\uff73]\uff9e"
    "|[\uff8a-\uff8e]\uff9f|[\uff61-\uff9d])*"
)
_KANA = re.compile("[\u3041-\u309e\u30a1-\u30fe]")
_PRIVATE = re.compile("[\x80-\x9f\ue000-\uf8ff]")


@lru_cache(maxsize=8192)
def _is_common(sign: str) -> bool:
    """Kana, full-width letters, punctuation and the kanji of the first level of JIS X 0208."""
    code = sign.encode("cp932", "ignore")
    return len(code) == 2 and 0x81 <= code[0] <= 0x98


def japanese(word: str) -> float | None:
    """How much a word looks Japanese, from 0 to 1; None where it says nothing."""
    if _PRIVATE.search(word):
        return 0
    half = (_half_run(word, run) for run in _HALF_RUN.finditer(word))
    shares = [*half, *(_full_run(word, run) for run in _FULL_RUN.finditer(word))]
    return min((share for share in shares if share is not None), default=None)


def _half_run(word: str, run: re.Match[str]) -> float:
    """Half-width katakana: several that can be spoken, not one or two inside a Latin word."""
    if not _HALF_WORD.fullmatch(run[0]) or len(run[0]) < 2:
        return 0
    sides = _latin_sides(word, run)
    return 1 if sides == 0 or (sides == 1 and len(run[0]) > 2) else 0


def _full_run(word: str, run: re.Match[str]) -> float | None:
    """Kanji and kana: some common ones, not a single one inside a Latin word."""
    common, sides = sum(map(_is_common, run[0])), _latin_sides(word, run)
    if len(run[0]) == 1:
        return None if sides == 0 or (sides == 1 and common) else 0
    if len(run[0]) == 2 and sides == 2:
        return None if common == 2 else 0
    if sides == 0 or _KANA.search(run[0]):
        return float(common > 0)
    return float(2 * common >= len(run[0]))


def _latin_sides(word: str, run: re.Match[str]) -> int:
    before, after = word[: run.start()][-1:], word[run.end() :][:1]
    return sum(sign.isascii() and sign.isalpha() for sign in (before, after) if sign)


# ---- Western European ----

# Signs around words, and those between two words.
_AROUND = "“”‘’„‚…€£©®™°¿¡«»–—\u00a0²•§"
_BETWEEN = re.compile("[’–—\u00a0/]")
_ACCENTED = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ"
_MANY = re.compile(f"[{_ACCENTED}]{{3}}")
# Words as each language spells them. Icelandic is missing: its letters are those of Turkish in the
# encoding of Turkey.
_SPELLINGS = re.compile(
    "[a-zäöüß]+"
    "|[a-zàâçèéêëîïôœùûü]+"
    "|[a-záéíóúüñ]+"
    "|[a-zàèéíïòóúüç]+"
    "|(?:[a-záàâçéêíóôúü]|ã(?=o|e|s?$)|õ(?=e))+"
    "|[a-zé]+[àèéìòù]"
    "|[a-zåäöé]+"
    "|(?:[a-zåøöé]|æ(?!$))+"
    "|[àáèéêìíòóôùâåæöø]"
)


def western(word: str) -> float | None:
    """How much a word looks like one of western Europe, from 0 to 1; None where it says nothing."""
    core = word.strip(_AROUND).removesuffix("ª").removesuffix("º")
    if core.isascii() and "’" not in word:
        return None
    pieces = [piece for piece in _BETWEEN.split(core) if piece]
    return min(map(_western_piece, pieces), default=None)


def _western_piece(piece: str) -> float:
    lower = piece.lower()
    # Many write ß among capital letters.
    bare = piece.replace("ß", "")
    is_one_case = piece in (lower, piece[:1].upper() + lower[1:]) or bare == bare.upper()
    if not _SPELLINGS.fullmatch(lower) or not is_one_case or _MANY.search(lower):
        return 0
    return 1 if len(piece) == 1 or any(sign.isascii() for sign in piece) else 0.5


# ---- Which one ----


@dataclass(frozen=True)
class Candidate:
    """An encoding, how its words look, and what a file counts that has none which says anything."""

    codec: str
    words: str
    looks_right: Callable[[str], float | None]
    without_words: float


@dataclass(frozen=True)
class Reading:
    """What a candidate makes of a file: how much it explains, by which words."""

    share: float
    words: tuple[str, ...]


CP932 = Candidate("cp932", "CP932", japanese, 0.5)
CP1252 = Candidate("cp1252", "CP1252", western, 0.9)
# Chinese and Korean look alike in it, so it never is the answer, but it may be in doubt.
_EUC = Candidate("euc_jp", "EUC-JP", japanese, 0.5)
_CANDIDATES = (CP932, CP1252, _EUC)
# So few words have to be right in the encodings of other countries as well.
_FEW = 3
_COUSINS = ("cp1250", "cp1254")


def chosen(pieces: Iterable[bytes]) -> Candidate | None:
    """The one encoding that explains the words of a text, None where there is no such one."""
    readings = _readings(pieces)
    right = [one for one in _CANDIDATES if readings[one].share >= _RIGHT]
    others = [readings[one].share for one in _CANDIDATES if one not in right]
    if len(right) != 1 or right[0] is _EUC or any(share > _WRONG for share in others):
        return None
    is_enough = _is_enough_japanese if right[0] is CP932 else _is_enough_western
    return right[0] if is_enough(readings[right[0]].words) else None


def _readings(pieces: Iterable[bytes]) -> dict[Candidate, Reading]:
    counts: dict[Candidate, Counter[str]] = {one: Counter() for one in _CANDIDATES}
    broken: set[Candidate] = set()
    for piece in pieces:
        for one, words in counts.items():
            try:
                words.update(_WORD.findall(piece.decode(one.codec)))
            except UnicodeDecodeError:
                broken.add(one)
    return {
        one: Reading(0, ()) if one in broken else _reading(one, words)
        for one, words in counts.items()
    }


def _reading(one: Candidate, words: Counter[str]) -> Reading:
    said = {word: share for word in words if (share := one.looks_right(word)) is not None}
    total = sum(words[word] for word in said)
    if total == 0:
        return Reading(one.without_words, ())
    explained = sum(share * words[word] for word, share in said.items())
    return Reading(explained / total, tuple(word for word, share in said.items() if share == 1))


def _is_enough_japanese(words: Sequence[str]) -> bool:
    return len(words) > 1 or any(sum(map(_is_common, word)) > 2 for word in words)


def _is_enough_western(words: Sequence[str]) -> bool:
    if len(words) >= _FEW:
        return True
    signs = "".join(words).encode("cp1252")
    return all(signs == "".join(words).encode(cousin, "ignore") for cousin in _COUSINS)
