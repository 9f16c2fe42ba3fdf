"""A phrase of a question with the words around it and what they show: a name, a noun, "since". Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from rag.dates.moments import Moment

NEAR = 200  # characters on either side that can make a name of a phrase: a question, and no more of a page
_LEADS = {
    "since": r"since|(?:no|not)\s+earlier\s+than|(?:in|on)\s+or\s+after|starting"
    r"|(?:starting|beginning)\s+(?:in|from|on|with)|as\s+from|not\s+before",
    "after": r"after|later\s+than|newer\s+than|more\s+recent\s+than|following",
    "before": r"before|prior\s+to|earlier\s+than|older\s+than|preceding",
    "until": r"(?:in|on)\s+or\s+before|until|till|up\s+(?:to|until)(?:\s+and\s+including)?|through|by|as\s+of|as\s+at"
    r"|(?:no|not)\s+(?:later\s+than|after)",
    "from": r"from",
    "between": r"between",
    "in": r"in|during|on|throughout|across|within|dated|published(?:\s+(?:in|on))?|back\s+in|over"
    r"|as\s+early\s+as|at|around",
    "of": r"of|for",
}
_LEAD = re.compile(
    r"(?<![\w'’-])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LEADS.items()) + r")\s+(?:the\s+)?$",
    re.I,
)
AUXILIARY = set("is are was were has had have did does do can could will would shall should might must be been".split())
FOLLOWS = AUXILIARY | set(
    "and or but to until till through than then in on at by from for with without about against over under"
    " into onto of as across among around before after during since between because while when where who whom"
    " whose which what why how if that this these those the a an all any some each every both no not only also"
    " even still already ever again alone he she it they we you i his her its their our my your there here"
    " according regarding concerning despite via per within versus vs compared due anyway please so more most"
    " much many besides worldwide nationwide overall inclusive onwards onward later earlier compare".split()
)
_COUNTED = set(
    "people men women children percent per cent km kg euro pounds feet fish sheep staff personnel police pupil"
    " kilometre metre mile dollar degree hectare tonne foot million billion thousand watt gb mb hp cc mm".split()
)
_SINGULAR = re.compile(r"(?:ss|us|is)$")
_OWNER = re.compile(
    r"(?:^|\s)(?:the|a|an|this|that|these|those|his|her|its|their|our|my|your|whose|\w+['’]s?)\s+$", re.I
)
ASKS = re.compile(
    r"\W*(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|may)\b",
    re.I,
)


def lead_of(text: str, start: int) -> tuple[str, int]:
    """The word before a phrase that says how its days are meant ("since", "between", ...), and where that begins."""
    window = max(0, start - NEAR)
    match = _LEAD.search(text[window:start])
    return (next(name for name in _LEADS if match[name]), window + match.start()) if match else ("", start)


@dataclass(frozen=True)
class Place:
    """A phrase with the text it stands in. `joined`: it goes on from one that tells time ("2012 and 2013")."""

    text: str
    moment: Moment
    joined: bool

    @cached_property
    def words(self) -> str:
        return self.text[self.moment.start : self.moment.end]

    @cached_property
    def before(self) -> str:
        return self.text[max(0, self.moment.start - NEAR) : self.moment.start]

    @cached_property
    def after(self) -> str:
        return self.text[self.moment.end : self.moment.end + NEAR]

    @cached_property
    def around(self) -> str:
        return self.before + self.words + self.after

    @cached_property
    def lead(self) -> str:
        return lead_of(self.text, self.moment.start)[0]

    @cached_property
    def is_open(self) -> bool:
        """Whether no year is said."""
        return self.moment.at is not None

    @cached_property
    def next(self) -> str:
        """The word that follows with nothing but space between, or ""."""
        match = re.match(r"\s+([^\W\d_][\w'’-]*)", self.after)
        return match[1] if match else ""

    @cached_property
    def previous(self) -> str:
        match = re.search(r"([\w'’-]+)\s+$", self.before)
        return match[1] if match else ""

    @cached_property
    def is_owned(self) -> bool:
        return bool(_OWNER.search(self.before))

    @cached_property
    def has_noun(self) -> bool:
        """Whether what follows makes the phrase an attribute: "2014 election"."""
        return bool(self.next) and self.next.lower() not in FOLLOWS

    @cached_property
    def meets_name(self) -> bool:
        return self.next[:1].isupper() and self.next != "I" and not self.text.isupper()

    @cached_property
    def follows_name(self) -> bool:
        """Whether a capital before it, that does not just begin the question, makes it part of a name."""
        return (
            self.previous[:1].isupper()
            and not self.text.isupper()
            and not ASKS.fullmatch(self.previous)
            and not self.lead
        )

    @cached_property
    def is_counted(self) -> bool:
        """Whether what follows is counted: "2014 servers"."""
        match = re.match(r"\s*(?:(?:and|or|to|-|–)\s*\d[\d.,]*)?\s*([%°]|[$€£]|[a-z]+\b)?", self.after)
        word = (match and match[1]) or ""
        plural = len(word) > 3 and word.endswith("s") and not _SINGULAR.search(word)
        return word not in FOLLOWS and (plural or word in _COUNTED or word in ("%", "°", "$", "€", "£"))

    @cached_property
    def is_possessive(self) -> bool:
        return self.words.lower().endswith(("'s", "’s"))

    @cached_property
    def is_title(self) -> bool:
        """Whether capitals in the middle of the text make it a title ("USA Today", "Last Week Tonight")."""
        quoted = self.before.endswith(("'", '"', "“", "‘"))
        words = re.sub(r"^the\s+", "", self.words, flags=re.I)
        return quoted or bool(words[:1].isupper() and self.before.strip(" \"'“‘¿(") and not self.text.isupper())
