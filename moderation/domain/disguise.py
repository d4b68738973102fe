"""Disguises of letters: what is written so that a reader sees a word and a filter does not."""

import html
import re
import unicodedata
from urllib.parse import unquote

# Letters of other scripts, and rare ones of Latin, by the Latin letter that they look like: what
# Unicode's confusables.txt (UTS #39, revision 15.1) says of letters, after NFKC and case folding,
# and a few more that are seen in texts drawn with signs.
_LOOKALIKES: dict[str, str] = {
    "a": "ɑαаᎪᗅᗩⲁꓮ𐊠𖽀",
    "b": "ƅβвьᏏᏴᑲᖯᗷꓐꞵ𐊂𐊡𐌁",
    "c": "сᏟᑕⲥꓚ𐊢𐌂𐐽𐔜",
    "d": "ԁᎠᏧᑯᗞᗪꓒꓓ",
    "e": "εеҽᎬᘿⴹꓰꬲ𐊆𑣆𑣎",
    "f": "ϝքᖴẝꓝꞙꬵ𐊇𐊥𐔥𑣂",
    "g": "ƍɡԍցᏀᏳᶃꓖ",
    "h": "ηнһհᎻᏂᕼⲏꓧ𐋏",
    "i": "ıɩιіӏᎥⲓꙇ𑣃",
    "j": "ʝϳјᎫᒍꓙ",
    "k": "κкᏦᛕⲕꓗ𐔘",
    "l": "ǀᏞᒪᛁⳑⵏꓡꓲ𐊊𐌉𐑃𐔦𑣒𖼖𖼨",
    "m": "μϻмᎷᗰᛖⲙꓟ𐊰𐌑",
    "n": "ոռᑎⲛꓠ𐔓",
    "o": "οσоօଠഠဝჿዐᴑⲟⵔꓳꬽ𐊒𐊫𐐬𐓪𐔖𑣈𑣕𑣗",
    "p": "ρрᏢᑭⲣꓑ𐊕",
    "q": "ԛգզⵕ",
    "r": "гᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ƽѕտᏕᏚᔕꓢ𐊖𐑈𑣁𖼺",
    "t": "τтᎢⲧꓔ𐊗𐊱𐌕𖼊",
    "u": "ʋυսሀᑌꓴꞟꭎꭒ𐓶𑣘𖽂",
    "v": "νѵᏙᐯⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ɯѡԝաᎳᏔꓪ𑜊𑜎𑜏",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐔧",
    "y": "ɣγуүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣜𖽃",
    "z": "ζᏃꓜ𑣄𑣉",
}
_LATIN_OF = {ord(sign): letter for letter, signs in _LOOKALIKES.items() for sign in signs}
_LOOK_LATIN = frozenset(map(chr, _LATIN_OF))
# Signs that are no letters of any language's words, but Latin ones drawn otherwise: small capitals,
# white on black in circles (U+1F150) and squares (U+1F170), and those of flags (U+1F1E6).
_DRAWN = dict(
    zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnopqrstuvwyz", strict=True)
) | {first + n: chr(ord("a") + n) for first in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
# Marks that are left where a letter with them is none of its own: strokes through, rings around.
_MARKS = re.compile("[\u0300-\u036f\u0489\u20d0-\u20ff]+")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]")
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
    plain = _MARKS.sub("", folded.translate(_DRAWN))
    return _WORD.sub(_latin_of, plain) if not _LOOK_LATIN.isdisjoint(plain) else plain


def _latin_of(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii() or not _LATIN.search(word):
        return word
    plain = word.translate(_LATIN_OF)
    return plain if 2 * len(_LATIN.findall(word)) >= len(word) or _is_latin(plain) else word


def _is_latin(word: str) -> bool:
    return len(_LATIN.findall(word)) == len(word)


def all_latin(text: str) -> str:
    """An undisguised text in Latin letters, where it has some and all its others look like them;
    any other as it is. Nobody writes a language in those of its letters alone that look Latin.
    """
    others = {
        sign for sign in set(text) if sign > "\u024f" and sign.isalpha() and not _LATIN.match(sign)
    }
    if not others or not others <= _LOOK_LATIN or not _LATIN.search(text):
        return text
    return text.translate(_LATIN_OF)


def unescaped(text: str) -> str:
    """A text with references (&amp;amp;) and percent escapes read, also one within another."""
    for _ in range(_MOST_ESCAPES):
        if "&" not in text and "%" not in text:
            break
        plain = html.unescape(unquote(text))
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
