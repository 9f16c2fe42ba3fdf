"""What a question is about: its noun phrases, found without a model. Pure."""

import re
from functools import lru_cache

from index.words import FUNCTION_WORDS, words
from rag.mentions import LIGHT, TOKEN, names

_DOES = frozenset("do does did can could will would should must".split())
_BE = frozenset("is are was were".split())
AUXILIARY = _DOES | _BE | {"has", "have", "had"}
PRONOUNS = frozenset("i you he she it we they him them us me".split())
_DETERMINERS = frozenset("a an the it its him his her them their my your our me us you this these those".split())
_DEGREES = frozenset("most more least less very so too".split())
_JOINING = frozenset("of and or".split())
_PARTICIPLE = re.compile(r"..[^e]ed$|...(al|ous|ed|iv|ent)ly$")  # "refined", not "breed"; "really"
AFTER_VERBS = frozenset(
    "about above across after against among around because before below between beyond during near on out over since"
    " through until up upon via within without per off".split()
)

# Heads that say which side of a subject is asked for: alone they name none.
GENERIC = frozenset(
    """
    history origin origins cause causes effect effects symptom symptoms cost costs price role importance impact
    benefit benefits advantage advantages disadvantage disadvantages pros cons characteristics feature features
    reason reasons result results purpose goal goals function functions definition meaning background
    information info details theme themes character characters plot author year date place location size weight
    age evidence process steps risk risks treatment treatments sign signs life career death birth family parents
    wife husband children education school work works album albums song songs record records award awards book
    books film films movie movies band members member team position title name names story reaction response
    criticism controversy success events event rules requirements options alternatives sources source uses day
    purposes days models type issues foods artists levels implications contribution objectives activities
    locations approaches projects applications variety varieties species variants version versions climate
    economy population relationship relationships
    """.split()
)


@lru_cache(1024)
def subjects(question: str) -> tuple[str, ...]:
    """What a question is about: its noun phrases, those with a name first. What only says which side is asked for
    ("the side effects"), a lone verb form and a number are none; where nothing else is said, a side is better."""
    own = names(question)
    said = [one for one in phrases(question) if not set(words(one)) <= GENERIC | LIGHT and not one.isdigit()]
    found = [one for one in said if not is_side(one)] or said
    found = [one for one in found if _is_noun(one, question)] or [one for one in found if one.endswith("ing")]
    named = [one for one in found if any(name in one or one in name for name in own)]
    return (*named, *(one for one in found if one not in named))


def is_side(phrase: str) -> bool:
    """Whether a phrase only says which side of a subject is asked for: "side effects"."""
    return words(phrase)[-1] in GENERIC and not phrase[0].isupper()


def _is_noun(phrase: str, question: str) -> bool:
    """Whether a phrase is more than a lone verb form, adverb or adjective: not "owed", but "in the morning"."""
    if " " in phrase or phrase[0].isupper():
        return True
    verb = phrase.endswith(("ing", "ed", "ly")) and f"the {phrase}" not in question
    return not verb and not phrase.endswith(("ential", "mental", "ional"))


def bare(phrase: str, question: str) -> bool:
    """Whether a phrase is one word that a question takes for known: "the test"."""
    pointing = rf"\b(the|these|those|this) {re.escape(phrase)}\b"
    return " " not in phrase and re.search(pointing, question, re.IGNORECASE) is not None


def phrases(question: str) -> list[str]:
    """The noun phrases of a question in their order: runs of words that carry meaning; "of" holds two together."""
    out: list[str] = []
    run: list[str] = []
    tokens = TOKEN.findall(question)
    start = 0
    for i, token in enumerate([*tokens, "."]):
        owner = re.sub(r"['’]s$", "", token)
        low = "".join(words(owner))
        last = i  # where the run has ended, if it does
        named = run and (owner[0].isupper() or (low == "people" and run[-1][0].isupper()))  # "Norrland people"
        if low and (named or not {low, owner.lower()} & LIGHT):
            start = start if run else i
            last = i + 1
            run.append(owner.rstrip(".") if "." not in owner[:-1] else owner)
            if owner == token and not (len(token) > 3 and token.endswith(".")):
                continue
        elif run and (_holds(tokens, i) or _pair(tokens, i)):
            run.append(token)
            continue
        if kept := _nouns(run, tokens[:start], tokens[last:]):  # "Dora Quell's mill": the owner stands for itself
            out.append(_trimmed(" ".join(kept)))
        run = []
    return list(dict.fromkeys(out))


def _nouns(run: list[str], before: list[str], after: list[str]) -> list[str]:
    """A run without the verbs and adjectives at its edges, as far as their places tell them."""
    ahead = before[-1].lower() if before else ""
    follows = after[0].lower() if after else "."
    if run and run[0].islower() and (ahead in PRONOUNS or (ahead == "how" and follows in _BE)):
        run = run[1:]  # "does it provide a ferry", "how safe is it"
    if run and run[-1].islower() and follows in _DETERMINERS and ahead not in _BE:
        run = run[:-1]  # "who named the line", but "is skyr a cheese"
    while len(run) > 1 and run[-1].islower() and _PARTICIPLE.search(run[-1]):
        run = run[:-1]  # "how is oil refined"
    if len(run) == 1 and ahead in _DEGREES and run[0].islower() and not run[0].endswith("s"):
        return []
    return _without_verb(run, before, follows)


def _without_verb(run: list[str], before: list[str], follows: str) -> list[str]:
    """A run without the verb of its question: "did Holm Sound announce" is about Holm Sound, so is "who runs it".
    The verb stands last after "did" and its like, where none follows; and first after "who"."""
    if len(run) < 2 or not before or not (run[-1].islower() or run[0].islower()):
        return run
    ahead = before[-1].lower()
    if ahead in ("who", "what") and len(before) == 1 and run[0].islower() and (ahead == "who" or run[1][0].isupper()):
        return run[1:]
    if ahead in LIGHT and ahead not in _DOES and len(before) > 1:
        ahead = before[-2].lower()
    verb_later = follows in _JOINING or (follows in LIGHT - FUNCTION_WORDS and follows not in AFTER_VERBS)
    verb_later = verb_later or run[-1] == "people"
    return run[:-1] if ahead in _DOES and run[-1].islower() and not verb_later else run


def _pair(tokens: list[str], at: int) -> bool:
    """Whether an "and" joins two names: "Lewis and Clark"."""
    inside = 0 < at < len(tokens) - 1 and tokens[at] in ("and", "&")
    return inside and tokens[at - 1][0].isupper() and tokens[at + 1][0].isupper()


def _holds(tokens: list[str], at: int) -> bool:
    """Whether "of" (or the "the" after it) holds a phrase together with what follows."""
    token = tokens[at].lower() if at < len(tokens) else ""
    if token != "of" and not (token == "the" and tokens[at - 1].lower() == "of"):
        return False
    following = [one.lower() for one in tokens[at + 1 : at + 3]]
    if following and following[0] in ("the", "a", "an"):
        following = following[1:]
    return bool(following) and following[0] not in LIGHT and following[0][0].isalnum()


def _trimmed(phrase: str) -> str:
    """A phrase without a head that only says which side is asked for: "role of storytellers" is about storytellers."""
    parts = re.split(r"\s+of\s+(?:the\s+)?", phrase)
    while len(parts) > 1 and words(parts[0]) and (set(words(parts[0])) <= GENERIC | LIGHT or is_side(parts[0])):
        parts = parts[1:]
        phrase = re.split(r"\s+of\s+(?:the\s+)?", phrase, maxsplit=1)[1]
    return phrase
