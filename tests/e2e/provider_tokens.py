"""The tokens of a text and their log-probabilities, as Chat Completions give them.

A token is at most four letters of a word, one mark, or half of a character that isn't ASCII.  Letters
are sure, marks are not, so that a confidence which counts the marks is too low.
"""

import math
import re

LETTERS, MARK = math.log(0.9), math.log(0.5)
PIECES = re.compile(rb"[A-Za-z]{1,4}|[^A-Za-z]", re.DOTALL)


def token_of(piece):
    """One byte of several is no text; what stands for it isn't the token."""
    return {"token": piece.decode("utf-8", "replace"), "bytes": list(piece),
            "logprob": LETTERS if piece.isalpha() else MARK, "top_logprobs": []}


def logprobs_of(text):
    return {"content": [token_of(piece) for piece in PIECES.findall(text.encode())], "refusal": None}


def logprobs_with_ends(text):
    """As llama-server: blanks that it has taken off the text, and the token that ends one."""
    found = logprobs_of(f"\n{text} ")
    found["content"].append(token_of(b""))
    return found
