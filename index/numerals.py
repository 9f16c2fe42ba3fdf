"""English number words and what they are worth. "one" and "first" are not among them: they are seldom figures."""

ONES = {
    word: value
    for value, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        start=2,
    )
}
TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
ORDINALS = {
    word: value for value, word in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)
}
