"""Find secrets in what is, or is about to be, under version control; print where, and end with 1.

    python bin/find_secrets.py [FILE...]

Without files, all that git tracks or would add. Three kinds are found: what carries its issuer's
mark (a private key, a key of a cloud, a web token), a value that looks random and is given to a
name such as SECRET_KEY, and a file that only ever holds secrets. There is no list of old findings
to hide behind. A line that is rightly there ends with `not a secret:` and a reason.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXCUSE = re.compile(r"not a secret: \w+")

# Each with the prefix or frame by which its issuer lets it be found.
MARKED = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a key of Amazon's": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    "a key of Google's": r"\bAIza[\w-]{35}\b",
    "a token of GitHub's": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})",
    "a token of GitLab's": r"\bglpat-[\w-]{20,}",
    "a token of Slack's": r"\bxox[abeprs]-[\w-]{10,}",
    "a key of Stripe's": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a token of a package index": r"\b(?:pypi-AgE[\w-]{50,}|npm_[A-Za-z0-9]{36})",
    "a token of FocusFlow's": r"\bffp_[\w-]{40,}",
    "a web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}",
}
# A name that ends in such a word, and the value that it is given on the same line.
GIVEN = re.compile(
    r"""(?ix)
    (?: secret | passw(?:or)?d | token | credential
      | (?:api|access|secret|private|signing|encryption) [_-]? key ) s?
    ["']? \s* (?: = | : | => ) \s* [bru]? ["']?
    ([^\s"'\#,;]{16,})
    """
)
ADDRESS = re.compile(r"\b[a-z][a-z0-9+]*://[^\s:/@\"']+:([^\s@\"'/]{8,})@")
NAMES = re.compile(
    r"(^|/)(\.env|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|.*\.(pem|p12|pfx|jks))$"
)
PLAIN = re.compile(r"[A-Za-z0-9+/=_.~-]+")


def main(names: list[str]) -> int:
    """Look through the files and print what was found."""
    paths = [Path(name).resolve() for name in names] or [ROOT / name for name in tracked()]
    found = [line for path in paths if path.is_file() for line in secrets_in(path)]
    print(*found, f"{len(paths)} files looked through, {len(found)} secrets found.", sep="\n")
    return 1 if found else 0


def tracked() -> list[str]:
    """Return the names of the files that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603  # nosec B603  # a fixed one
    return [name for name in done.stdout.split("\0") if name]


def secrets_in(path: Path) -> Iterator[str]:
    """Yield where a secret is in a file, and of which kind, without its words."""
    if NAMES.search(path.as_posix()):
        yield f"{path}: a file that holds secrets"
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        text = line.decode(errors="replace")
        if not EXCUSE.search(text):
            yield from (f"{path}:{number}: {kind}" for kind in kinds_in(text))


def kinds_in(line: str) -> Iterator[str]:
    """Yield the kinds of secrets in a line."""
    yield from (kind for kind, pattern in MARKED.items() if re.search(pattern, line))
    if any(looks_random(match[1]) for match in GIVEN.finditer(line)):
        yield "a random value under a name for secrets"
    if any(looks_random(match[1]) for match in ADDRESS.finditer(line)):
        yield "a password in an address"


def looks_random(value: str) -> bool:
    """Say whether a program made up the value: letters and digits mixed, without a pattern.

    Words, however long, have few digits; names of classes, paths and calls have other characters.
    """
    digits = sum(character.isdigit() for character in value)
    return bool(PLAIN.fullmatch(value)) and digits >= 2 and entropy(value) >= 3.2


def entropy(value: str) -> float:
    """Return Shannon's entropy in bits for each character; that of 16 random hex digits is 3.3."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
