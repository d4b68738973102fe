"""Words of the trades that spam advertises, and of its flattery: what is known beforehand, so that
a trade is known by words that no training comment held.

A star stands for any ending. Written for this project; several languages.
"""

from collections.abc import Iterable

import re2

_WORDS: dict[str, str] = {
    "pharma": """
        viagra cialis levitra tramadol xanax valium ambien phentermine pharmacy pharma* pills
        pill drugstore prescription* medication* generic kamagra propecia lasix priligy
        metronidazole antibiotic* dapoxetine finasteride steroid* hgh testosterone cbd kratom
        weed marijuana lek leky pilulka apotheke medikament* farmacia obat vitamin*
        supplement* detox keto slimming weightloss dieta diet acai garcinia hoodia acne
        antiaging wrinkle* hair* botox tinnitus hemorrhoid* diabet*
    """,
    "gambling": """
        casino casinos poker roulette slots slot blackjack betting bet bets bookmaker*
        sportsbook jackpot lottery lotto gambling wager* baccarat bingo togel judi gacor
        maxwin scatter bandar taruhan depo deposit wd rtp zeus olympus pragmatic sbobet m88
        w88 fun88 188bet 1xbet kasino казино ставки ставк* рулетка слоты casa
        apuestas paris pari
    """,
    "adult": """
        porn* sex sexy xxx nude naked escort* milf webcam* cams camgirl* erotic* adult hentai
        fetish dildo* vibrator* orgasm hookup* dating singles seks порно секс эротик*
        проститутк* интим знакомств* porno erotik* rencontre* sexe
    """,
    "money": """
        loan loans payday mortgage* credit debt refinanc* insurance forex trading trader*
        broker* binary bitcoin btc crypto* ethereum invest* profit* income earn earning* rich
        wealth* cash money funds finance* financ* lender* lending bankruptcy kredit* pinjaman
        půjčk* pujck* úvěr* кредит* займ* заработ* деньг* инвест* argent gratuit prêt
        crédit geld verdienen
    """,
    "seo": """
        seo backlink* backlinks link* traffic ranking* serp webmaster* marketing marketer*
        advertis* promotion* leads affiliate* adsense blogging monetiz* monetis* hosting
        domain* webdesign directory submitter scrapebox xrumer gsa visitors followers
        subscribers likes views раскрутк* продвижен* referencement reklama
    """,
    "shop": """
        cheap cheapest discount* sale sales buy buying wholesale outlet store stores shop
        shopping coupon* voucher* deal deals price prices pricing replica* order purchase
        promo* offer* bargain* clearance supplier* manufacturer* factory dealer* online kaufen
        billig günstig acheter achat levný levne koupit купить продаж* дешев* заказ* цена
        скидк* comprar barato jual beli murah harga mua bán giá rẻ
    """,
    "brand": """
        louis vuitton lv gucci prada chanel hermes burberry coach michael kors rolex omega
        cartier tiffany pandora louboutin* uggs ugg nike adidas jordan jordans yeezy jersey
        jerseys nfl nba mlb nhl oakley rayban* ray-ban beats moncler northface toms handbag*
        handbags purse* sunglasses sneakers boots snapback* fitflop* abercrombie hollister
        timberland
    """,
    "service": """
        plumber* plumbing roofing contractor* electrician* locksmith* carpet cleaning cleaner*
        repair repairs towing moving movers limo taxi rental* rent lawyer* attorney* dentist*
        dental clinic* surgery surgeon* realtor* realestate estate property apartments villa
        hotel hotels travel tours vacation* resort flights tickets visa translation*
        transcription* essay* thesis dissertation* homework assignment* writing* course*
        courses training certification* institute tutor* coaching bootcamp placement software
        download* crack keygen torrent serial warez movie movies streaming watch tv iptv
        episode hd mp3 game games cheats hack hacks android apk ringtone*
    """,
    "support": """
        toll toll-free tollfree helpline helpdesk customer customers care phone number numbers
        contact call whatsapp telegram support technician* technical printer antivirus norton
        mcafee avast quickbooks outlook hotmail sbcglobal router password reset recover
    """,
    "occult": """
        spell caster spells voodoo love psychic* astrolog* tarot illuminati healer herbal dr
        doctor herpes cure cured hiv ex husband marriage pregnancy magic ritual* vashikaran
        dukun
    """,
    "praise": """
        great nice good awesome excellent wonderful fantastic amazing superb brilliant
        impressive informative helpful useful valuable interesting fabulous marvelous
        marvellous remarkable outstanding exceptional thanks thank thankful appreciate
        appreciated grateful keep sharing bookmark* bookmarked subscribe* rss feed blog blogs
        weblog site website webpage webmaster post posts article articles writeup write-up
        content contents info information knowledge topic theme layout design reader readers
        visit visitor browsing stumbled google yahoo bing friend facebook twitter zynga
        loading browser
    """,
    "urge": """
        click here visit now today free guaranteed guarantee instant* limited hurry urgent*
        join subscribe sub channel check checkout video link bio dm inbox pm add follow klik
        kunjungi daftar cek подпис* переход* ссылк* жми кликните нажмите hier klicken cliquez
        aquí haz clic
    """,
    "sms": """
        txt text reply stop prize claim won winner award awarded selected congratulations
        voucher mobile ringtone tone tones camcorder nokia guaranteed cash unsubscribe po box
        pobox 150ppm 18+ cs landline orange vodafone camera holiday entry weekly comp quiz
    """,
}
# Where words are written together, as in names of sites: their stems, anywhere.
_STEMS: dict[str, str] = {
    "urge": "点击 加微信 微信 关注",
    "adult": """
        porn xxx sex xnxx xvideo escort nude hentai bokep milf webcam cams fetish
        成人 情色 色情 援交
    """,
    "pharma": """
        viagra cialis levitra pharma pill meds lasix drug tramadol kamagra priligy
        steroid detox slim weight keto cbd hemp diet
        减肥 药 壮阳 伟哥
    """,
    "gambling": """
        casino poker slot roulette betting togel judi gacor bet88 m88 sbobet jackpot
        lotto bingo gclub
        赌场 博彩 娱乐城 彩票
    """,
    "money": """
        loan payday mortgage credit forex insurance bitcoin crypto cash money invest
        lawyer attorney
        贷款 赚钱 投资
    """,
    "shop": """
        cheap discount outlet wholesale replica coupon sale shop store buy deals jersey
        批发 购买 便宜 优惠
    """,
    "brand": """
        vuitton gucci louboutin chanel rolex nike adidas oakley jordan ugg moncler
        pandora burberry hermes birkenstock fitflop handbag handtasch ledertasch
    """,
    "seo": "seo traffic backlink marketing rank directory promo 推广 外链",
    "service": """
        essay plumb roof locksmith hotel travel realestate rental dentist streaming
        movie download crack hack tattoo wedding furniture cleaning repair
    """,
}

# Trades that a name or an address can advertise; the others are ways of speaking.
_WAYS_OF_SPEAKING = frozenset({"praise", "urge", "support", "sms"})
TRADES = frozenset(_WORDS) - _WAYS_OF_SPEAKING


_NONE: frozenset[str] = frozenset()


def _whole_and_beginnings() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    whole: dict[str, frozenset[str]] = {}
    beginnings: dict[str, frozenset[str]] = {}
    for trade, words in _WORDS.items():
        for word in words.split():
            kind, plain = beginnings if word.endswith("*") else whole, word.removesuffix("*")
            kind[plain] = kind.get(plain, _NONE) | {trade}
    return whole, beginnings


_WHOLE, _BEGINNINGS = _whole_and_beginnings()
_FIRST_LETTERS = 2  # of a word, by which its beginnings are found
_BEGINNINGS_OF: dict[str, tuple[str, ...]] = {}
for _beginning in _BEGINNINGS:
    _BEGINNINGS_OF[_beginning[:_FIRST_LETTERS]] = (
        *_BEGINNINGS_OF.get(_beginning[:_FIRST_LETTERS], ()),
        _beginning,
    )
# Where there is no other beginning, a word tells nothing.
ALL_BEGINNINGS = tuple(_WHOLE) + tuple(_BEGINNINGS)
_STEM_OF = {stem: trade for trade, stems in _STEMS.items() for stem in stems.split()}
# By RE2, which takes a fifth of the time where such stems are rare, as in nearly every text, and
# four times as much where there is nothing else; in bytes, since it knows no half pairs.
_STEM = re2.compile("|".join(sorted(_STEM_OF, key=len, reverse=True)).encode())


def trades_of(word: str) -> frozenset[str]:
    """The trades and ways of speaking that a normal word belongs to."""
    beginnings = _BEGINNINGS_OF.get(word[:_FIRST_LETTERS], ())
    if not word.startswith(beginnings):
        return _WHOLE.get(word, _NONE)
    begun = (_BEGINNINGS[one] for one in beginnings if word.startswith(one))
    return _WHOLE.get(word, _NONE).union(*begun)


def advertised(words: Iterable[str], run: str) -> list[str]:
    """The trades that a name or an address advertises, in the order of the alphabet.

    Args:
        words: its normal words.
        run: itself, without spaces.
    """
    return sorted(_NONE.union(*map(trades_of, words)) & TRADES | trades_within(run))


def trades_within(text: str) -> set[str]:
    """The trades whose stems stand anywhere in a normal text without spaces."""
    found = _STEM.finditer(text.encode("utf-8", "replace"))
    return {_STEM_OF[stem[0].decode()] for stem in found}
