"""Names in a text, as far as they show without a model: by their capitals and the words beside them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.words import FUNCTION_WORDS

TOKEN = re.compile(r"[^\W_]+(?:[-'’&.][^\W_]+)*\.?|\S")
_JOINS = {"of", "the", "de", "la", "von", "van", "&"}
_PLACING = frozenset("in at to from the on near a an for around into of this".split())
_DOING = frozenset(  # after a name that opens a sentence: it is a name, and does something
    "was is has had 's will would could can did does says said also then became made took went won wrote played began"
    " gave got left moved met".split()
)

# Words that carry no subject: openers, common verbs, and what questions are made of.
LIGHT = FUNCTION_WORDS | frozenset(
    """
    about above across after again against all also although always am among another around because before below
    besides between beyond both during each either else ever every few further got here however i'm instead it's
    just last least less like long lot lots main me more most much my name near never new next no nor not now
    off often ok okay old once one ones only other others out over own per please quite rather really same
    several since some something somewhere still then there's through too two under until up upon us usually
    very via what's when's where's who's within without yes yet you'd you're don't doesn't didn't isn't aren't
    can't won't wasn't weren't i we interesting oh actually well far first second soon early late may might must
    shall s t d ll re ve m different similar best better worst good bad biggest important popular common famous
    big known certain typical possible likely way ways thing things kind kinds type types sort sorts example
    examples difference differences similarity similarities fact facts number part parts time times anything
    anyone someone everyone nothing today exactly three many people person aspects article addition happen
    happened happens happening tell explain describe give list show know learn think want need get gets getting
    go goes went going come comes came make makes made making take takes took taken use used uses using work
    works worked find found look looks say says said see seen mean means meant call called become became begin
    began begun start started starts stop stopped end ended live lives lived eat eats cost costs differ differs
    compare compares compared relate relates related help helps affect affects affected cause caused causes
    changed changes change occur occurred play played plays win won write wrote written born die died join
    joined leave left move moved marry married release released receive received sell sold buy bought keep kept
    lose lost lead led hold held run ran try tried trying bring brought put choose chosen told do doing done
    being having let liked feel felt considered consider include included influenced enabled develop developed
    grow grew spread treat treated prevent avoid deal matter survive survived discovered invented created
    founded cured treatable recommend discuss appear appeared perform performed study studied attend attended
    met meet signed sign kill killed kills weigh weighs share shares improve improves save saves already easiest
    easier harder younger older youngest oldest largest smallest tallest longest fastest fast free serious
    effective reliable healthy allergic successful significant modern traditional unique large small high low
    deep visit visited reduce reduces increase increases decrease contribution needed needs stay stayed replace
    replaces require required requires exist exists recover influence influences term full worth successfully
    side available particular building fun true real specific special additional short long-term recently
    anymore while despite whether how's he'd she'd they're we're that's interested suffering contrast taught
    naturally difficult typically learning hi hello thanks thank sure nice great wow later earlier eventually
    finally together versus vs general seem seems well-known contain contains evolve evolved
    """.split()
)

_BODIES = re.compile(  # words of a name that is no person's
    r"\b(?:Inc|Ltd|Corp|Company|University|College|School|Party|Records|Band|League|Club|Team|City|State|Street|Park"
    r"|Abbey|Museum|War|Act|Awards?|Series|Championship|Album|North|South|West|East|World|New|Best|TV"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|American|British|English|French|German)\b"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands in a text: the words before and after it, and whether it opens a sentence."""

    name: str
    before: str
    after: str
    opens: bool


def names(text: str) -> list[str]:
    """The capitalised names of a text in their order, whole. A lone word that opens a sentence counts only where it
    is capitalised elsewhere too, or does something: there every word has a capital."""
    return [mention.name for mention in mentions(text)]


@lru_cache(1024)  # the turns of a conversation come again with every question
def mentions(text: str) -> tuple[Mention, ...]:
    """The same names, each as it stands."""
    found = list(_mentions(text))
    firm = {word for one in found if not one.opens for word in one.name.split()}
    return tuple(one for one in found if not one.opens or " " in one.name or one.name in firm or _acts(one))


def _acts(mention: Mention) -> bool:
    return mention.after in _DOING or mention.after.endswith("ed")


def _mentions(text: str) -> Iterator[Mention]:
    run: list[str] = []
    held: list[str] = []
    opens, start = False, True
    before, last = "", ""
    for token in [*TOKEN.findall(text), "\n"]:
        low = token.lower().replace("’", "'")
        capital = token[:1].isupper() and low not in FUNCTION_WORDS and not (start and low in LIGHT)
        capital = capital and low != "i" and not low.startswith("i'")
        if capital or (run and token[0].isdigit()):
            if not run:
                opens, before = start, last
            owner = re.sub("['’]s?$", "", token)
            run += [*held, owner]
            held = []
            if owner != token:
                yield Mention(" ".join(run), before, "'s", opens)
                run = []
        elif run and low in _JOINS and len(held) < 2:
            held.append(token)
        elif run:
            yield Mention(_undotted(run), before, held[0] if held else low, opens)
            run, held = [], []
        start = token in '.!?\n"“”:;(' or (len(token) > 3 and token.endswith("."))
        if start and run:
            yield Mention(_undotted(run), before, ".", opens)
            run, held = [], []
        last = low


def _undotted(run: list[str]) -> str:
    name = " ".join(run)
    return name if "." in run[-1][:-1] or len(run[-1]) <= 2 else name.rstrip(".")


def is_person(mention: Mention) -> bool:
    """Whether a name may be that of one person: no digit, no word of bodies and places, nothing before it that
    leads to a place or a thing."""
    if re.search(r"\d|\bof\b|\bthe\b", mention.name) or _BODIES.search(mention.name):
        return False
    return mention.before not in _PLACING
