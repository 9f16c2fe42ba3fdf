"""Which language a text is in, as an ISO 639-1 code, or "" when it is not sure: silence before a wrong warning.

py3langid is loaded only when its answer is needed.
"""

import re
from functools import lru_cache
from typing import Any

LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sr": "Serbian",
    "sv": "Swedish", "ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
_SAMPLE = 2_000
_FEWEST_LETTERS = 40
_HALVED = 400  # a sample this long must read the same in both halves
_SURE = 0.9
_SURE_QUESTION = 0.6
_WITH_QUESTION_WORD = 0.15
_FOREIGN_SHARE = 0.4

_ENGLISH = (
    "the who whom whose what why when where how which did does of and with from this that these there about would"
    " should were been between are has have had can will tell summarise summarize explain list show"
)
_PARTICLES = "de del della der den di da do dos du la le el van von zu zum am im in y e et und e.g vs v"
_QUESTION_WORDS = {
    word: codes
    for codes, words in {
        ("de",): "wer was wen wem wann wo warum wieso wie welche welcher welches wieviel",
        ("fr",): "qui que quoi quand où pourquoi comment combien quel quelle quels quelles est-ce",
        ("es", "gl", "ca"): "quién quiénes qué cuándo dónde cómo cuánto cuánta cuál por",
        ("it",): "chi cosa perché come dove quanto quale",
        ("pt", "gl"): "quem onde porque qual quanto",
        ("nl", "af"): "wat waar waarom hoe wanneer welk",
        ("sv", "da", "no", "nn"): "vem vad varför hvem hvad hva hvor hvorfor hvornår",
        ("pl", "cs", "sk", "sl", "hr"): "kto kdo kiedy gdzie dlaczego kdy kde proč kako zašto tko",
        ("ro",): "cine când unde",
        ("fi",): "kuka mikä missä miksi milloin",
        ("hu",): "ki miért mikor hol",
        ("tr",): "kim neden nerede",
    }.items()
    for word in words.split()
}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\u1100-\u11ff\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")),
    ("ru", re.compile("[\u0400-\u052f]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_ENGLISH_WORDS, _PARTICLE_WORDS = frozenset(_ENGLISH.split()), frozenset(_PARTICLES.split())
_NOT_LATIN = re.compile("[\u0370-\u1dff\u2c00-\ua71f\ua800-\uabff\uac00-\ud7ff\U00010000-\U0003ffff]")


def language_of(text: str) -> str:
    """The language of an article, judged by its beginning; "" for short, mixed or wordless text."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
        return ""
    middle = len(sample) // 2
    parts = [sample[:middle], sample[middle:]] if len(sample) >= _HALVED else [sample]
    (code, *others), chances = zip(*map(_classify, parts), strict=True)
    return code if min(chances) >= _SURE and all(other == code for other in others) else ""


def looks_foreign(question: str) -> str:
    """The language of a question that is surely not English, else "". Names alone are of no language."""
    question = question[:_SAMPLE]
    words = re.findall(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*", question)
    if not words or not _ENGLISH_WORDS.isdisjoint(word.lower() for word in words):
        return ""
    letters = sum(map(len, words))
    foreign = len(_NOT_LATIN.findall("".join(words)))
    if foreign >= 2 and foreign >= _FOREIGN_SHARE * letters:
        return _by_script(question)
    codes = _QUESTION_WORDS.get(words[0].lower(), ())
    spoken = [word for word in words[1:] if word.islower() and word not in _PARTICLE_WORDS]
    if len(words) < 2 or not (codes or spoken):
        return ""
    code, probability = _classify(question)
    sure = probability >= (_WITH_QUESTION_WORD if code in codes else _SURE_QUESTION)
    return code if sure and code != "en" else ""


def _by_script(question: str) -> str:
    code, probability = _classify(question)
    if probability >= _SURE_QUESTION and code != "en":
        return code
    return next((code for code, script in _SCRIPTS if script.search(question)), "")


def _classify(text: str) -> tuple[str, float]:
    code, probability = _identifier().classify(text)
    return str(code), float(probability)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """The model, held to languages of two letters: of their dialects it is rarely sure."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped,unused-ignore]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2])
    return identifier
