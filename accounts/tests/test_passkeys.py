"""Passkeys, by an authenticator in software."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import PASSWORD

AUTH = "/api/auth/app/v1/auth"
KEYS = "/api/auth/app/v1/account/authenticators/webauthn"
HOST = "testserver"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
Spoil = Callable[["Passkey"], None]


@dataclass
class Passkey:
    """What a telephone keeps, and does for a page of `origin`."""

    user_id: str = ""
    origin: str = f"https://{HOST}"
    host: str = HOST
    kind: str = "webauthn.get"
    credential_id: bytes = b"one passkey of ann"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: Any) -> dict[str, Any]:
        """Answer to the options of a new passkey."""
        self.user_id = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AuthenticatorData.create(
            sha256(self.host.encode()).digest(),
            FLAGS | AuthenticatorData.FLAG.AT,
            0,
            AttestedCredentialData.create(b"\0" * 16, self.credential_id, public),
        )
        attestation = AttestationObject.create("none", data, {})
        return self.answer(
            self.say("webauthn.create", options), attestationObject=websafe_encode(attestation)
        )

    def sign(self, options: Any) -> dict[str, Any]:
        """Answer to the options of a sign-in."""
        said = self.say(self.kind, options)
        data = AuthenticatorData.create(sha256(self.host.encode()).digest(), FLAGS, 1)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self.answer(
            said,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=self.user_id,
        )

    def say(self, kind: str, options: Any) -> CollectedClientData:
        """Return what the browser says of the page that asks."""
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def answer(self, said: CollectedClientData, **response: str) -> dict[str, Any]:
        """Return the credential as a program sends it."""
        name = websafe_encode(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {"clientDataJSON": websafe_encode(said), **response},
        }


@pytest.fixture(autouse=True)
def _https(settings: Settings) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


@pytest.fixture
def passkey(ann: User) -> Passkey:
    """Return a passkey of Ann's."""
    login = {"email": ann.email, "password": PASSWORD}
    token = APIClient().post(f"{AUTH}/login", login).json()["meta"]["access_token"]
    program = APIClient(headers={"Authorization": f"Bearer {token}"})
    program.post(f"{AUTH}/reauthenticate", {"password": PASSWORD})
    passkey = Passkey()
    options = program.get(KEYS, {"passwordless": ""}).json()["data"]["creation_options"]

    answer = program.post(KEYS, {"name": "Telephone", "credential": passkey.make(options)})

    assert answer.status_code == 200, answer.content
    return passkey


def begin() -> tuple[APIClient, Any]:
    """Ask to sign in by a passkey; return the program that asked, and the options."""
    asked = APIClient().get(f"{AUTH}/webauthn/login").json()
    program = APIClient(headers={"X-Session-Token": asked["meta"]["session_token"]})
    return program, asked["data"]["request_options"]


def finish(program: APIClient, credential: dict[str, Any]) -> bool:
    """Say whether the credential signs in."""
    answer = program.post(f"{AUTH}/webauthn/login", {"credential": credential})
    return answer.status_code == 200 and "access_token" in answer.json()["meta"]


def test_passkey_signs_in(passkey: Passkey) -> None:
    program, options = begin()

    assert finish(program, passkey.sign(options))


def test_passkey_opens_the_account_that_others_keep_closed(passkey: Passkey, ann: User) -> None:
    login = {"email": ann.email, "password": "wrong password"}
    for _ in range(6):
        APIClient().post(f"{AUTH}/login", login)
    program, options = begin()

    refused = APIClient().post(f"{AUTH}/login", login | {"password": PASSWORD})

    assert refused.status_code == 400
    assert finish(program, passkey.sign(options))


def with_another_key(passkey: Passkey) -> None:
    passkey.key = ec.generate_private_key(ec.SECP256R1())


def on_another_site(passkey: Passkey) -> None:
    passkey.origin = "https://evil.example"


def on_a_site_of_that_name(passkey: Passkey) -> None:
    passkey.origin = f"https://{HOST}.evil.example"


def without_encryption(passkey: Passkey) -> None:
    passkey.origin = f"http://{HOST}"


def for_another_host(passkey: Passkey) -> None:
    passkey.host = "evil.example"


def made_for_something_else(passkey: Passkey) -> None:
    passkey.kind = "webauthn.create"


def of_nobody_known(passkey: Passkey) -> None:
    passkey.credential_id = b"another passkey"


@pytest.mark.parametrize(
    "spoil",
    [
        with_another_key,
        on_another_site,
        on_a_site_of_that_name,
        without_encryption,
        for_another_host,
        made_for_something_else,
        of_nobody_known,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_passkey_that_signs_otherwise_is_refused(spoil: Spoil, passkey: Passkey) -> None:
    program, options = begin()

    spoil(passkey)

    assert not finish(program, passkey.sign(options))


def test_passkey_opens_no_account_but_its_own(passkey: Passkey, olga: User) -> None:
    program, options = begin()
    passkey.user_id = websafe_encode(str(olga.pk).encode())

    assert not finish(program, passkey.sign(options))


def test_passkeys_answer_is_taken_once(passkey: Passkey) -> None:
    program, options = begin()
    credential = passkey.sign(options)
    opened = [
        finish(program, credential),
        finish(program, credential),
        finish(begin()[0], credential),
    ]

    assert opened == [True, False, False]


def test_passkey_of_the_deactivated_opens_nothing(passkey: Passkey) -> None:
    User.objects.update(is_active=False)
    program, options = begin()

    assert not finish(program, passkey.sign(options))
