"""What kind of domain an address is at. Computed before the address is sealed; the domain itself is
kept nowhere else.

The lists are facts put together by hand, and short on purpose: every web process holds them, and
they need only name what readers really use. There are a hundred thousand domains of throw-away
addresses, most of them gone within months; those below have been there for years.
"""

from moderation.domain.evidence import EmailClass

_FREE_NAMES = """
126.com 139.com 163.com 21cn.com abv.bg aim.com alice.it aliyun.com aol.com arcor.de atlas.cz
att.net azet.sk bell.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com
centrum.cz comcast.net cox.net daum.net duck.com earthlink.net email.cz email.it fastmail.com
fastmail.fm foxmail.com free.fr freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de
gmx.net googlemail.com hanmail.net hey.com hotmail.ca hotmail.co.uk hotmail.com hotmail.com.br
hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com i.ua icloud.com ig.com.br inbox.com
inbox.lv inbox.ru interia.pl kakao.com laposte.net libero.it list.ru live.ca live.co.uk live.com
live.de live.fr live.it live.nl mac.com mail.bg mail.com mail.de mail.ee mail.ru mail2world.com
mailbox.org me.com msn.com mynet.com myself.com nate.com naver.com netscape.net ntlworld.com o2.pl
office365.com onet.pl op.pl optonline.net orange.fr outlook.com outlook.com.br outlook.de
outlook.es outlook.fr outlook.it pm.me poczta.onet.pl posteo.de proton.me protonmail.ch
protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net
seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com sohu.com sympatico.ca t-online.de talktalk.net
terra.com.br tiscali.it tut.by tuta.com tutanota.com tutanota.de ukr.net uol.com.br verizon.net
vip.qq.com virgilio.it virginmedia.com wanadoo.fr web.de wp.pl ya.ru yahoo.ca yahoo.co.id
yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx
yahoo.com.vn yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.by yandex.com yandex.kz yandex.ru
yandex.ua yeah.net ymail.com zoho.com zohomail.com
"""
_DISPOSABLE_NAMES = """
0-mail.com 10minutemail.com 10minutemail.net 1secmail.com 1secmail.net 1secmail.org
20minutemail.com 33mail.com anonbox.net armyspy.com bccto.me burnermail.io byom.de cuvox.de
dayrep.com deadaddress.com discard.email discardmail.com discardmail.de disposableaddress.com
disposablemail.com dispostable.com dropmail.me e4ward.com einrot.com email-fake.com emailfake.com
emailondeck.com emailtemporanea.com fakeinbox.com fakemail.net fakemailgenerator.com fleckens.hu
generator.email getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com
guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com
gustr.com harakirimail.com inboxbear.com inboxkitten.com incognitomail.org jetable.org
jourrapide.com kasmail.com linshiyouxiang.net luxusmail.org mail-temp.com mail-temporaire.fr
mailcatch.com maildrop.cc mailexpire.com mailforspam.com mailinator.com mailinator.net
mailinator2.com mailnesia.com mailnull.com mailpoof.com mailsac.com mailtemp.net mailtothis.com
meltmail.com mintemail.com minuteinbox.com moakt.cc moakt.com mohmal.com mvrht.com
my10minutemail.com mytemp.email mytrashmail.com nada.email nowmymail.com objectmail.com
onetimemail.org owlymail.com pokemail.net proxymail.eu rhyta.com sharklasers.com shieldemail.com
sneakemail.com sogetthis.com spam4.me spambog.com spambox.us spamex.com spamgourmet.com
spamhole.com spaml.com superrito.com tafmail.com teleworm.us temp-mail.io temp-mail.org
tempail.com tempemail.co tempinbox.com tempmail.com tempmail.dev tempmail.net tempmail.plus
tempmailaddress.com tempmailo.com temporary-mail.net tempr.email thankyou2010.com
throwawaymail.com tmail.ws tmailor.com tmpmail.net tmpmail.org trash-mail.com trash-mail.de
trashmail.at trashmail.com trashmail.de trashmail.me trashmail.net trashmail.ws trbvm.com
wegwerfemail.de wegwerfmail.de wegwerfmail.net wegwerfmail.org yopmail.com yopmail.fr yopmail.net
zetmail.com
"""


_FREE = frozenset(_FREE_NAMES.split())
_DISPOSABLE = frozenset(_DISPOSABLE_NAMES.split())


def email_class(address: str | None) -> EmailClass:
    """The class of an address, whatever its case; a subdomain is as the domain above it."""
    if address is None:
        return EmailClass.NONE
    labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
    domains = {".".join(labels[place:]) for place in range(len(labels))}
    if domains & _DISPOSABLE:
        return EmailClass.DISPOSABLE
    return EmailClass.FREE if domains & _FREE else EmailClass.OTHER
