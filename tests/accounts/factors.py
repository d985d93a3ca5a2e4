"""Second factors for tests: an app whose codes are known, recovery codes, and a passkey that lives in Python."""

import hashlib
import json
import os
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PHRASE = "a long enough phrase"
SECRET = "JBSWY3DPEHPK3PXP"
SIGN_IN = reverse("account_login")
PROVE = reverse("mfa_authenticate")


def give_password(person, phrase=PHRASE):
    person.set_password(phrase)
    person.save()
    return person


def sign_in(client, person, phrase=PHRASE, **typed):
    return client.post(SIGN_IN, {"username": person.username, "password": phrase, **typed})


def give_app(person):
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def code_now(secret=SECRET, steps=0):
    """What the app shows now, or `steps` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_code(person):
    return RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).get_unused_codes()[0]


def prove(client, code, **more):
    return client.post(PROVE, {"code": code, **more})


def grow_old(client, seconds=3600):
    """Let what this client proved be that long ago."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - seconds} for record in records]
    session.save()


class SoftKey:
    """A passkey without a device: answers what a browser would, for one person at one host."""

    def __init__(self, host="testserver"):
        self.host = host
        self.credential_id = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def _authenticator(self, flags, attested=b""):
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", 0) + attested

    def _client(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"https://{self.host}"}).encode()

    def _answer(self, **response):
        name = websafe_encode(self.credential_id)
        sent = {key: websafe_encode(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": sent, "clientExtensionResults": {}}

    def register(self, challenge):
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        data = {"fmt": "none", "attStmt": {}, "authData": self._authenticator(0x45, attested)}
        client = self._client("webauthn.create", challenge)
        return {
            **self._answer(clientDataJSON=client, attestationObject=cbor.encode(data)),
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def prove(self, challenge, person=None):
        client, data = self._client("webauthn.get", challenge), self._authenticator(0x05)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        from allauth.account.utils import user_pk_to_url_str

        handle = {"userHandle": user_pk_to_url_str(person).encode()} if person else {}
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed, **handle)


def give_passkey(person, name="Key"):
    """Give the person a passkey and recovery codes; return the key."""
    key = SoftKey()
    WebAuthn.add(person, name, key.register("AA"))
    RecoveryCodes.activate(person)
    return key


def challenge_of(client):
    """What the server asks the passkey to sign in this session."""
    return client.session["mfa.webauthn.state"]["challenge"]


def prove_by_key(client, key, address=PROVE, **more):
    client.get(address)
    return client.post(address, {"credential": json.dumps(key.prove(challenge_of(client))), **more})
