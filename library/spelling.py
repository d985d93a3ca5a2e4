"""Finding the words that a misspelt one may stand for: at most two letters added, left out, changed or swapped.

Two words that are so near share a trace: both become the same when at most two of their first letters are left out
(W. Garbe, SymSpell, 2012). Shared trigrams would not do: two changed letters leave a word of five without any.
"""

from library.models import Word

SHORTEST, LONGEST = 3, 40  # letters of a word that another may stand for
CORRECTED = 5  # letters from which on a word is taken for misspelt
FARTHEST = 2
BEGINNING = 7  # letters that traces are made of
MOST = 5000  # words compared


def is_learnt(word: str) -> bool:
    """Say whether `word` (folded) is one that a misspelt word may stand for."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def traces(word: str) -> set[str]:
    """Return the beginning of `word` with none, one or two letters left out."""
    found = edge = {word[:BEGINNING]}
    for _ in range(FARTHEST):
        edge = {trace[:place] + trace[place + 1 :] for trace in edge for place in range(len(trace))}
        found = found | edge
    return found


def near(word: str) -> list[tuple[int, str]]:
    """Return the known words at most two steps from `word` with their distances, the nearest first.

    Of equally near words those with the same first letter go first: few misspell it.
    """
    found = Word.objects.filter(traces__overlap=sorted(traces(word))).values_list("word", flat=True)[:MOST]
    measured = [(distance(word, other), other) for other in found if abs(len(other) - len(word)) <= FARTHEST]
    ranked = sorted((steps, other[0] != word[0], other) for steps, other in measured if steps <= FARTHEST)
    return [(steps, other) for steps, _, other in ranked]


def distance(one: str, other: str) -> int:
    """Return how many letters must be added, left out, changed or swapped with the next to get `other` from `one`.

    This is the optimal string alignment distance: no letter is moved twice.
    """
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            steps = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
    return row[-1]
