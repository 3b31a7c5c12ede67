"""All wires, and which of them a path belongs to."""

import re

from provider_openai import Azure, Decisions, Local, Mistral, OpenAI, Responses, Vllm
from provider_others import Anthropic, Gemini, Ollama, SystemOne

WIRES = [Anthropic(), OpenAI(), Azure(), Local(), Vllm(), Mistral(), Responses(), Gemini(), Ollama(),
         Decisions(), SystemOne()]


def find(path):
    """The wire a path belongs to; an unknown path is answered in OpenAI's form."""
    return next((wire for wire in WIRES if re.fullmatch(wire.path, path)), None)
