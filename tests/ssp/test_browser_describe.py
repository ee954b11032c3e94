"""Is a browser named so that a person knows it again?"""

import pytest

from ssp.accounts.browsers import described

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
GALAXY = "Mozilla/5.0 (Linux; Android 15; SM-S921B)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Windows"),
        (f"{IPHONE} {WEBKIT} Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.0 Safari/605.1.15", "Safari on Mac"),
        (f"{GALAXY} {WEBKIT} SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("curl/8.5.0", "Not known"),
        ("", "Not known"),
        ("<script>alert(1)</script>" * 50, "Not known"),
    ],
)  # fmt: skip
def test_described(agent, words):
    assert described(agent) == words
