"""Words that tell persons from institutions and places, folded and in lower case.

Beginnings stand for all their forms (``gmin`` for gmina, gminy, gminie).
"""

from __future__ import annotations

import re

# After a title these say that an office or place follows ("Dyrektor Centrum Kultury"); in a contact block, that
# the line is no person.
OFFICE = re.compile(
    r"^(?:gmin|miast|miej|powiat|starostw|urz[ea]d|osrod|centr|szkol|wydzial|referat|biur|zarzad|rad[ayzeo]|dom[uy]?$|domow|"
    r"zaklad|spolk|fundacj|muze|bibliote|teatr|zespol|wojewodz|rzeczyp|przedszkol|lice|instytut|departament|klub|zwiaz|"
    r"stowarzysz|ochotnic|straz|policj|panstw|gminn|kultur|sekretariat|obslug|mieszkan|oddzial|filia|parafi|uniwersytet|"
    r"politechni|akademi|szpital|przychodn|poradni|hospicj|pracowni|dzial|program|projekt|komitet|komisj|sejm|senat|"
    r"polsk|europ|unii|uni[ae]$|rp$|oswiat|pomoc|spoleczn|sport|zdrow|promocj|rozwoj|inwestycj|finans|agencj|grup|lider|"
    r"wiejsk|wsi$|wies$|solectw|osiedl|dzielnic|krajow|narodow|generaln|naczeln|okregow|rejonow|wykonawcz|kancelari|kapitul|"
    r"nadzor|prac[ay]$|stanu$|socjaln|minist|administrac|spraw$)"
)
TITLE = re.compile(
    r"^(?:pan|pani|pana|panu|panem|pania|p|burmistrz\w{0,3}|wiceburmistrz\w{0,3}|wojt\w{0,4}|prezydent\w{0,4}|wiceprezydent\w{0,4}|"
    r"starost\w{1,3}|wicestarost\w{1,3}|prezes\w{0,3}|wiceprezes\w{0,3}|(?:wice)?dyrektor\w{0,3}|kierowni\w{1,6}|naczelni\w{1,6}|dr|mgr|inz|prof|"
    r"profesor\w{0,3}|ks|ksiadz|ksiedz\w{1,3}|marszal\w{2,4}|wicemarszal\w{2,4}|soltys\w{0,3}|radn(?:y|a|ego|emu|ym|ej)|"
    r"koordynator\w{0,4}|koordynatork\w{1,2}|specjalist\w{1,2}|inspektor\w{0,3}|sekretarz\w{0,3}|skarbni\w{1,4}|siostr\w{1,2}|"
    r"proboszcz\w{0,3}|autor\w{0,4}|przewodniczac\w{1,3}|dyr|kier)$"
)
# Titles of those whom streets and schools are named after, between the marker and the name.
RANK = re.compile(
    r"^(?:gen|plk|ppor|por|mjr|kpt|ks|bp|abp|kard|rtm|marsz|adm|hetm|dr|prof|inz|sw|bl|o|general\w*|marszal\w*|ksie\w*|"
    r"papiez\w*|krol\w*|kardynal\w*|biskup\w*|profesor\w*|hetman\w*|swiet(?:y|a|ego|ej|emu)|blogoslawion\w*|ojca)$"
)
SAINT = re.compile(r"^(?:sw|bl|swiet(?:y|a|ego|ej|emu)|blogoslawion\w*|papiez\w*|krol(?:a|owej|owa)?)$")
# Directly before a name in the genitive these say that a place or institution bears it.
PATRON = re.compile(
    r"^(?:im|imienia|ul|ulic\w*|pl|plac\w*|al|alej\w*|os|osiedl\w*|rond\w*|skwer\w*|bulwar\w*|wzgorz\w*|park\w*|most\w*|"
    r"szkol\w*|lice\w*|przedszkol\w*|fundacj\w*|muze\w*|szpital\w*|hospicj\w*|teatr\w*|filharmoni\w*|bibliotek\w*|hal[aiey]|"
    r"stadion\w*|uniwersytet\w*|politechni\w*|akademi\w*|instytut\w*|kosciol\w*|kosciel\w*|parafi\w*|bazyli\w*|kaplic\w*|"
    r"pomnik\w*|swiet[oa]|swietu|swietem|dzien|dnia|dni|rok|szlak\w*|memorial\w*|turniej\w*|festiwal\w*|dolin\w*|gor[ayze])$"
)
# What a surname may mean besides: such a one counts only beside a given name, an initial or a title.
_EVERYDAY = re.compile(
    r"^(?:(?:gdan|gdyn|sopoc|kaszub|pomor|slup|warszaw|krakow|poznan|wroclaw|lodz|lubel|slas|mazowiec|pol|wiej|miej|europej|"
    r"tczew|pruszcz|starogardz|kartu|puc|wejherow|malbor|elblas|olsztyn|torun|bydgo|szczec)(?:s|c)?k\w{1,3}"
    r"|gminn\w{1,3}|powiatow\w{1,3}|krajow\w{1,3}|rad(?:a|e|y|zie|o|ach|om)|dom\w{0,3}|wojt\w{0,4}|gmin\w{0,3}|program\w{0,4}|"
    r"projekt\w{0,3}|prac[aey]|szkol\w{1,3}|now(?:a|e|y|ego|ej|emu|ym|ych)|wielk\w{1,3}|mal(?:a|e|y|ego|ej|emu|ym|ych)|star(?:a|e|y|ego|ej|emu|ym|ych)|gor[aey]|"
    r"kultur\w{1,2}|sport\w{0,3}|lesn\w{1,3}|morsk\w{1,3}|poln\w{1,3}|zielon\w{1,3}|dobr(?:a|e|y|ego|ej|emu|ym|ych)|miast[aeo]\w{0,1})$"
)
# The same, but only where a sentence begins: elsewhere their capital letter tells.
_EVERYDAY_FIRST = frozenset(
    (  # noqa: SIM905 - a list of quoted words is harder to read
        "maj maja majem las lasy lasu lasem kazda kazdy kazdego polak polacy polaka marzec marca kwiecien lipiec"
        " sierpien wrzesien luty sobota niedziela piatek zima wiosna lato jesien noc wiek woda ziemia zdrowie nauka"
        " czas sroda droga dzien bez przez dla jak tak kot lis baran"
    ).split()
)
SURNAME = re.compile(
    r"(?:[scd]k(?:i|a|iego|iemu|im|iej|ie|ich)|[scd]zki|[sc]cy|owicz\w{0,3}|ewicz\w{0,3}|[a-z]icz|iak|niak|czak|czyk|czyka|czykiem|czuk|szuk|"
    r"enko|enki|enke|szko|zko|[a-z]{3}ak|[a-z]{3}(?:arz|osz|isz|asz))$"
)
# Endings that nothing but a surname has in the nominative, whatever given name stands before.
UNMISTAKABLE = re.compile(r"^[a-z]{2,}(?:owicz|ewicz|czyk|czuk|enko|zczak|wiak)$")
# Genitives of the larger towns: "burmistrz Gdyni" is an office, not a person.
TOWN = frozenset(
    (  # noqa: SIM905 - a list of quoted words is harder to read
        "gdyni gdanska sopotu slupska warszawy krakowa lodzi wroclawia poznania szczecina bydgoszczy torunia lublina"
        " bialegostoku katowic kielc olsztyna rzeszowa opola radomia czestochowy sosnowca bytomia gliwic zabrza"
        " bielska rybnika tychow elblaga plocka walbrzycha wloclawka tarnowa chorzowa koszalina kalisza legnicy"
        " grudziadza jaworzna jastrzebia nowego jeleniej siedlec myslowic konina pily piotrkowa inowroclawia lubina"
        " ostrowca suwalk gniezna stargardu glogowa pabianic leszna zamosci zamoscia lomzy przemysla chelma tczewa"
        " wejherowa rumi redy pucka kartuz koscierzyny malborka kwidzyna starogardu leborka bytowa czluchowa chojnic"
        " helu jastarni wladyslawowa ustki pruszcza zukowa skarszew pelplina gniewu nowej krosna swinoujscia"
    ).split()
)


def is_everyday(word: str, *, first: bool) -> bool:
    """Whether a folded surname is also a common word where it stands (``first``: at a sentence's start)."""
    return _EVERYDAY.match(word) is not None or (first and word in _EVERYDAY_FIRST)
