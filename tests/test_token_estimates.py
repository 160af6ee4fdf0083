"""Tests of lispcore/llm/token_estimates.py against counts that real tokenizers give."""

import pytest

from lispcore.llm.token_estimates import estimate_tokens, estimate_whole_tokens

# A text, and how many tokens those of two generations of models make of it.
TEXTS = {
    "Japanese": (
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で"
        "ニャーニャー泣いていた事だけは記憶している。吾輩はここで始めて人間というものを見た。",
        *(78, 100),
    ),
    "Chinese": (
        "人工智能是计算机科学的一个分支，它企图了解智能的实质，并生产出一种新的能以人类智能相似的方式"
        "做出反应的智能机器。该领域的研究包括机器人、语言识别、图像识别、自然语言处理和专家系统等。",
        *(64, 102),
    ),
    "Korean": (
        "인공지능은 인간의 학습능력, 추론능력, 지각능력을 인공적으로 구현하려는 컴퓨터 과학의 세부 분야 "
        "중 하나이다. 오늘은 날씨가 매우 좋아서 친구들과 함께 공원에 산책을 나갔습니다.",
        *(60, 102),
    ),
    "Russian": (
        "Искусственный интеллект — это свойство интеллектуальных систем выполнять творческие функции, "
        "которые традиционно считаются прерогативой человека. Сегодня хорошая погода.",
        *(35, 80),
    ),
    "German": (
        "Künstliche Intelligenz ist ein Teilgebiet der Informatik, das sich mit der Automatisierung "
        "intelligenten Verhaltens befasst. Größere Übungen für später.",
        *(36, 43),
    ),
    "emoji": ("😀🎉👍🏽🚀❤️👩‍💻🇩🇪 🔥🔥🔥", 22, 38),
}


@pytest.mark.parametrize("language", TEXTS)
def test_estimates_are_near_what_tokenizers_count(language: str) -> None:
    text, low, high = TEXTS[language]
    assert low * 0.7 <= estimate_tokens(text) <= high * 1.3


def test_four_ascii_characters_are_a_token() -> None:
    assert estimate_tokens("abcd" * 25) == 25
    assert estimate_tokens("abc") == 0
    assert estimate_whole_tokens("abc") == 1
    assert estimate_whole_tokens("ab", "cd") == 1
    assert estimate_tokens() == 0
