"""The providers: where each is asked, and which of them are alike."""

import provider_wires
from rig.model import PREFIXES

PATHS = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions",
         "openai-responses": "/v1/responses", "openai-decisions": "/v1/decisions",
         "azure": "/openai/v1/chat/completions",
         "gemini": "/v1beta/models/claude-haiku-5-5:generateContent",
         "mistral": "/v1/chat/completions", "ollama": "/api/chat",
         "llama-server": "/v1/chat/completions", "vllm": "/v1/chat/completions",
         "lmstudio": "/v1/chat/completions", "openai-compatible": "/v1/chat/completions",
         "systemone": "/v1/systemone"}
CHOOSING = ["openai-decisions", "systemone"]
WRITING = [api for api in PATHS if api not in CHOOSING]
LOGPROBS = ["openai", "azure", "llama-server", "vllm", "lmstudio", "openai-compatible"]
OWN = ["ollama", "llama-server", "vllm", "lmstudio", "openai-compatible"]  # may not know schemas


def path_of(api):
    return PREFIXES.get(api, "") + PATHS[api]


def wire_of(api):
    return provider_wires.find(path_of(api))
