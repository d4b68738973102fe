"""Disguises of letters: what is written so that a reader sees a word and a filter does not."""

import re
import unicodedata
from urllib.parse import unquote

from moderation.domain.references import unescape

# Letters of other scripts, and rare ones of Latin, by the Latin letter that they look like: what
# Unicode's confusables.txt (UTS #39, revision 15.1) says of letters, after NFKC and case folding,
# and a few more that are seen in texts drawn with signs. Without those of living alphabets in Latin
# letters, such as Turkish “ı”, whose words would be taken for others, and the Greek sign of
# millionths.
_LOOKALIKES: dict[str, str] = {
    "a": "ɑαаᎪᗅᗩⲁꓮ𐊠𖽀",
    "b": "βвьᏏᏴᑲᖯᗷꓐ𐊂𐊡𐌁",
    "c": "сᏟᑕⲥꓚ𐊢𐌂𐐽𐔜",
    "d": "ԁᎠᏧᑯᗞᗪꓒꓓ",
    "e": "εеҽᎬᘿⴹꓰꬲ𐊆𑣆𑣎",
    "f": "ϝքᖴẝꓝꞙꬵ𐊇𐊥𐔥𑣂",
    "g": "ƍɡԍցᏀᏳᶃꓖ",
    "h": "ηнһհᎻᏂᕼⲏꓧ𐋏",
    "i": "ιіӏᎥⲓꙇ𑣃",
    "j": "ʝϳјᎫᒍꓙ",
    "k": "κкᏦᛕⲕꓗ𐔘",
    "l": "Ꮮᒪᛁⳑⵏꓡꓲ𐊊𐌉𐑃𐔦𑣒𖼖𖼨",
    "m": "ϻмᎷᗰᛖⲙꓟ𐊰𐌑",
    "n": "ոռᑎⲛꓠ𐔓",
    "o": "οσоօଠഠဝჿዐᴑⲟⵔꓳꬽ𐊒𐊫𐐬𐓪𐔖𑣈𑣕𑣗",
    "p": "ρрᏢᑭⲣꓑ𐊕",
    "q": "ԛգզⵕ",
    "r": "гᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ѕտᏕᏚᔕꓢ𐊖𐑈𑣁𖼺",
    "t": "τтᎢⲧꓔ𐊗𐊱𐌕𖼊",
    "u": "υսሀᑌꓴꞟꭎꭒ𐓶𑣘𖽂",
    "v": "νѵᏙᐯⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ѡԝաᎳᏔꓪ𑜊𑜎𑜏",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐔧",
    "y": "γуүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣜𖽃",
    "z": "ζᏃꓜ𑣄𑣉",
}
_ALPHABETS = (*range(0x370, 0x530), *range(0x1F00, 0x2000))  # Greek and Cyrillic


def _with_accents(plain: dict[int, str]) -> dict[int, str]:
    """Their letters that are one of these with marks, such as “ό” and “ё”: in a Latin word nobody
    reads the marks.
    """
    found = {}
    for code in _ALPHABETS:
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and ord(parts[0]) in plain:
            found[code] = plain[ord(parts[0])]
    return found


_LATIN_OF = {ord(sign): letter for letter, signs in _LOOKALIKES.items() for sign in signs}
_LATIN_OF |= _with_accents(_LATIN_OF)
_LOOK_LATIN = frozenset(map(chr, _LATIN_OF))
# Small capitals are letters of no language's words, but Latin ones drawn otherwise.
_SMALL_CAPITALS = dict(
    zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnopqrstuvwyz", strict=True)
)
# So are white letters in black circles (U+1F150) and squares (U+1F170), and the signs that flags
# are made of (U+1F1E6): several of them, since one, or a flag, is a picture and no part of a word.
_EMOJI = {first + n: chr(ord("a") + n) for first in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
_DRAWN = re.compile("[\U0001f1e6-\U0001f1ff]{3,}|[\U0001f150-\U0001f169\U0001f170-\U0001f189]{2,}")
# Marks that are left where a letter with them is none of its own: strokes through, rings around.
LOOSE = "".join(map(chr, (*range(0x300, 0x370), 0x489, *range(0x20D0, 0x2100))))
_MARKS = re.compile(f"[{LOOSE}]+")
_DISGUISES = _LOOK_LATIN.union(LOOSE, map(chr, (*_SMALL_CAPITALS, *_EMOJI)))
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]")
_NEARLY_ALL = 4  # Latin letters for each other one
_MOST_ESCAPES = 3  # one within another; whoever writes more is read by nobody
_SIGNS = str.maketrans("$@!|", "sail")
_WITH_SIGNS = re.compile(r"(?<![^\W_])[^\W\d_]+[$@][$@!|\w]*[^\W_]")
# Digits that stand for letters in “v1agra”.
_LEET = str.maketrans("0134578", "oieastb")


def undisguised(folded: str) -> str:
    """A folded text with drawn letters as letters, without marks that belong to no letter, and with
    look-alikes within Latin words as Latin letters. Doing it twice changes nothing more.
    """
    if folded.isascii():
        return folded
    # What is folded is composed (NFKC), so that no look-alike comes of composing it.
    if _DISGUISES.isdisjoint(folded):
        return unicodedata.normalize("NFC", folded)
    drawn = _DRAWN.sub(_apart, folded.translate(_SMALL_CAPITALS))
    plain = unicodedata.normalize("NFC", _MARKS.sub("", drawn))
    return _WORD.sub(_latin_of, plain) if not _LOOK_LATIN.isdisjoint(plain) else plain


def _apart(found: re.Match[str]) -> str:
    """A run of drawn letters as a word of its own, whatever stands beside it."""
    text, start, end = found.string, found.start(), found.end()
    beside = (text[max(0, start - 1) : start], text[end : end + 1])
    before, behind = (" " if sign.isalnum() else "" for sign in beside)
    return f"{before}{found[0].translate(_EMOJI)}{behind}"


def _latin_of(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii() or not _LATIN.search(word):
        return word
    plain = word.translate(_LATIN_OF)
    return plain if 2 * len(_LATIN.findall(word)) >= len(word) or _is_latin(plain) else word


def _is_latin(word: str) -> bool:
    return len(_LATIN.findall(word)) == len(word)


def all_latin(text: str) -> str:
    """An undisguised text in Latin letters, where nearly all are and all the others look like them;
    any other as it is. Hardly anybody writes a language in those of its letters alone that look
    Latin, but a short word may be of such.
    """
    others = {
        sign for sign in set(text) if sign > "\u024f" and sign.isalpha() and not _LATIN.match(sign)
    }
    if not others or not others <= _LOOK_LATIN:
        return text
    few = _NEARLY_ALL * sum(map(text.count, others)) <= len(_LATIN.findall(text))
    return text.translate(_LATIN_OF) if few else text


def unescaped(text: str) -> str:
    """A text with references (&amp;amp;) and percent escapes read, also one within another."""
    for _ in range(_MOST_ESCAPES):
        if "&" not in text and "%" not in text:
            break
        plain = unescape(unquote(text))
        if plain == text:
            break
        text = plain
    return text


def without_accents(folded: str) -> str:
    """A folded text in plain letters: “café” as “cafe”."""
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded)))


def without_leet(word: str) -> str:
    """A normal word with the letters that its digits stand for; a number as it is."""
    return word if word.isalpha() or word.isdigit() else word.translate(_LEET)


def with_signs(text: str) -> list[str]:
    """The words of a normal text in which signs stand for letters (“ca$ino”), in letters."""
    return [without_leet(found[0].translate(_SIGNS)) for found in _WITH_SIGNS.finditer(text)]
