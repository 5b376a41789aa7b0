# SPDX-License-Identifier: MPL-2.0
"""The hook's own HTTP as a test speaks to it, where the stand-in's webhooks are not what is wanted."""

import hashlib
import hmac
import http.client
import json

from waiting import PATIENCE


class HookHttp:
    def __init__(self, port, secret, host="127.0.0.1"):
        self.host, self.port, self.secret = host, port, secret
        self.event_url = f"http://{host}:{port}/event/test/"

    def request(self, method, path, body=b"", headers=None):
        """(status, text)"""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2 * PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def event(self, model, number, event="updated", headers=None):
        """The status that a webhook of the smallest kind gets; by default it carries the secret in the plain header."""
        body = json.dumps({"event": event, "model": model, "data": {"id": number}}).encode()
        return self.request("POST", "/event/test/", body, self.plain() if headers is None else headers)[0]

    def plain(self):
        return {"X-netbox2kea-secret": self.secret}

    def signature(self, body):
        return {"X-Hook-Signature": hmac.new(self.secret.encode(), body, hashlib.sha512).hexdigest()}

    def health(self):
        """(status, the JSON)"""
        status, text = self.request("GET", "/health/")
        return status, json.loads(text)

    def healthy(self):
        """For eventually(): whether all is well. Not listening yet is not well."""
        try:
            return self.health()[0] == 200
        except OSError:
            return False
