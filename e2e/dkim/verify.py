"""Verifies mails by dkimpy (RFC 6376, RFC 8463), which is none of what signed them.

Standard input is JSON: "records", from a name of DNS to its TXT record, and "mails", each in base64. Printed is JSON: "verified", how many signatures hold,
"forged", how many of the same do not once a word or a field is added, and "wrong", what is otherwise.
"""

import base64
import json
import sys

import dkim

SIGNATURES = 2  # of each mail


def holds(mail, at, records):
    def txt(name, timeout=5):
        return records.get(name.decode().rstrip(".").lower(), "").encode() or None

    try:
        return dkim.DKIM(mail, minkey=2048).verify(idx=at, dnsfunc=txt)
    except dkim.DKIMException:
        return False


def main():
    asked = json.load(sys.stdin)
    told = {"verified": 0, "forged": 0, "wrong": []}
    for number, encoded in enumerate(asked["mails"]):
        mail = base64.b64decode(encoded)
        signed = sum(name.lower() == b"dkim-signature" for name, _ in dkim.DKIM(mail).headers)
        if signed != SIGNATURES:
            told["wrong"].append(f"mail {number} has {signed} signatures")
        for at in range(signed):
            if not holds(mail, at, asked["records"]):
                told["wrong"].append(f"mail {number}: signature {at} does not hold")
            told["verified"] += 1
            for forged in (mail + b"one word more\r\n", mail.replace(b"\r\nSubject:", b"\r\nSubject: another\r\nSubject:", 1)):
                if holds(forged, at, asked["records"]):
                    told["wrong"].append(f"mail {number}: signature {at} holds for what it is not of")
                told["forged"] += 1
    json.dump(told, sys.stdout)


main()
