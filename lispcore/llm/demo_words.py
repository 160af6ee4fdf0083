"""How the demo model chooses a category: it counts words that usually go with it.

Nothing here understands anything. The words are ours, gathered from what people write in first
tries of a classifier: moods, mail, support requests, news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Names of a category -> beginnings of words that speak for it. A name may stand in several rows.
_CUES: Final = tuple(
    (frozenset(names.split()), tuple(words.split()))
    for names, words in (
        (
            "positive good happy praise satisfied pos favorable",
            "amazing awesome great good excellent fantastic wonderful love loved lovely best like "
            "perfect delight happy glad enjoy pleas recommend superb brilliant beautiful impress "
            "thank nice fast friendly helpful satisf better win success reliable",
        ),
        (
            "negative bad unhappy complaint unsatisfied neg unfavorable angry",
            "terrible awful bad worst hate horrible poor disappoint broke broken useless never "
            "refund slow rude annoy angry waste fail ugly worse problem wrong late dirty boring "
            "disgust regret unacceptable sad unhappy cold damaged",
        ),
        (
            "spam junk phishing scam",
            "free win winner won prize click offer cash money urgent guarantee lottery viagra "
            "limited congratulations claim bonus cheap buy discount act",
        ),
        (
            "ham legitimate normal",
            "meeting lunch tomorrow attached report please thanks agenda see noon project team",
        ),
        ("bug error defect crash", "crash error bug broken fail exception freez traceback wrong"),
        ("feature enhancement request", "add support would could wish feature please allow option"),
        ("question help howto", "how what why when where who which can could does help ?"),
        (
            "billing payment finance invoice",
            "invoice charge bill payment paid refund card price subscription money bank account",
        ),
        (
            "technical tech support technology computer",
            "error install computer software app login password server update crash phone data ai "
            "code program internet robot chip",
        ),
        ("shipping delivery logistics", "deliver ship package parcel arriv track courier order"),
        ("account login access", "account login password locked sign username email access"),
        ("sales pricing", "buy price quote purchase demo discount plan enterprise"),
        ("urgent high critical", "urgent asap immediately emergency down now critical outage"),
        ("low minor", "whenever minor small typo someday eventually"),
        (
            "sports sport",
            "game team match goal score player win league coach football tennis race cup season",
        ),
        (
            "politics political government",
            "election vote president minister parliament law government party senate policy tax",
        ),
        (
            "business economy finance market",
            "market stock company profit bank revenue shares trade economy invest startup price",
        ),
        ("science research", "study research scientist planet physics space experiment species"),
        ("health medical medicine", "doctor patient health disease hospital vaccine pain symptom"),
        (
            "entertainment culture movies music",
            "film movie music song actor album concert show star series band",
        ),
        ("travel tourism", "trip flight hotel travel beach tour visit airport holiday vacation"),
        ("food cooking recipe", "cook recipe eat restaurant dinner cake bake taste delicious meal"),
        ("joy happiness happy", "happy joy glad delight love smile fun cheer wonderful great"),
        ("anger angry", "angry furious hate mad outrage annoy rage"),
        ("sadness sad grief", "sad cry tears miss lonely grief lost sorry depress"),
        ("fear afraid anxiety", "afraid scared fear worried nervous terrif panic"),
        ("surprise surprised", "surpris unexpected wow suddenly astonish believe"),
        ("greeting hello", "hello hi hey morning evening greetings welcome"),
        ("english en", "the and is are of to with this you"),
        ("german de deutsch", "der die das und ist nicht ein eine ich mit"),
        ("french fr français", "le la les et est une des je vous avec"),
        ("spanish es español", "el los las es una con que por hola para"),
    )
)

# What a text belongs to that speaks for nothing in particular.
_FALLBACKS: Final = (
    "neutral", "other", "unknown", "none", "mixed", "general", "misc", "miscellaneous", "ham",
    "normal",
)  # fmt: skip
_NEGATIONS: Final = frozenset(("not", "no", "never", "don't", "didn't", "isn't", "wasn't"))
_OPPOSITES: Final = ({"positive", "good", "happy", "pos"}, {"negative", "bad", "unhappy", "neg"})


def choose_category(text: str, labels: Sequence[str]) -> str:
    """Returns the label whose words occur most often, of equals the most general or the first."""
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?|\?", text.lower())
    scores = {label: _score(label, words) for label in labels}
    best = max(scores.values(), default=0)
    if best == 0:
        for fallback in _FALLBACKS:
            for label in labels:
                if label.lower() == fallback:
                    return label
        return labels[0]
    return next(label for label in labels if scores[label] == best)


def _score(label: str, words: list[str]) -> int:
    names = set(re.findall(r"[^\W_]+", label.lower()))
    score = 3 * sum(1 for word in words if any(_is_form_of(word, name) for name in names))
    cues = _cues_of(names)
    turned = _cues_of(_opposite_names(names))
    for position, word in enumerate(words):
        negated = bool(_NEGATIONS & set(words[max(0, position - 2) : position]))
        wanted = turned if negated and turned else cues
        if any(word == cue or (len(cue) > 3 and word.startswith(cue)) for cue in wanted):
            score += 1
    return score


def _is_form_of(word: str, name: str) -> bool:
    return word == name or (len(name) > 3 and word.startswith(name))


def _cues_of(names: set[str]) -> set[str]:
    return {cue for known, cues in _CUES if known & names for cue in cues}


def _opposite_names(names: set[str]) -> set[str]:
    good, bad = _OPPOSITES
    if names & good:
        return bad
    return good if names & bad else set()
