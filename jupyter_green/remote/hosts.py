"""Who answers at a host, in EcoLogits' names: one client library serves many providers."""

from __future__ import annotations

_PROVIDERS = {
    "anthropic.com": "anthropic",
    "cohere.ai": "cohere",
    "cohere.com": "cohere",
    "huggingface.co": "huggingface_hub",
    "mistral.ai": "mistralai",
    "generativelanguage.googleapis.com": "google_genai",
    "openai.azure.com": "openai",
    "openai.com": "openai",
}


def provider_at(host: str, library: str) -> str | None:
    """Return the provider at a host, the library's own where the host is not known, ``None`` on this machine.

    The name of an unknown host is not kept: it may be a company's own. A model that runs here is metered here, as what
    this machine uses.
    """
    host = host.lower().rstrip(".").strip("[]")
    if host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.") or host.endswith(".localhost"):
        return None
    for end, provider in _PROVIDERS.items():
        if host == end or host.endswith(f".{end}"):
            return provider
    return library
