# SPDX-License-Identifier: MPL-2.0
"""What can go wrong with an answer, by switch.

A fault is for one model or path or for all, for some requests or until it is cleared. Kinds:
slow (seconds), hold (after=True: the answer is computed first and released later, as it was), reset (after: bytes sent
before), truncate, status (status, detail), html, redirect (to), ignore (keys: query keys that are dropped), empty, endless,
invalid_json, wrong_shape. A socket that refuses is StandIn.refuse()."""
import itertools
import json
import threading

from .api import Answer, as_json

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n"
DETAILS = {401: "Authentication credentials were not provided.", 403: "You do not have permission to perform this action.",
           404: "Not found.", 429: "Request was throttled."}


class Fault:
    """One switch. hits counts the requests it met; times is how many it still meets, None for any number."""

    def __init__(self, number, kind, on, method, query, times, skip, detail):
        self.number = number
        self.kind = kind
        self.on = on
        self.method = method
        self.query = query or {}
        self.times = times
        self.skip = skip
        self.detail = detail
        self.hits = 0
        self.holding = 0                # requests that are being held
        self._released = False
        self._changed = threading.Condition()

    def meets(self, request, model):
        if self.on and self.on not in (model, request.path.strip("/").removeprefix("api/")):
            return False
        if self.method and request.method != self.method:
            return False
        return all(str(value) in request.query.get(key, ()) for key, value in self.query.items())

    # For hold

    def hold(self, stopped):
        """Holds the calling thread until release(), clear() or the stand-in's end."""
        with self._changed:
            self.holding += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._released or stopped.is_set())
            self.holding -= 1
            self._changed.notify_all()

    def wait_held(self, count=1, timeout=60):
        """Waits until that many requests are being held; False where they are not within the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: self.holding >= count, timeout)

    def release(self):
        """Lets the held requests go, and those to come."""
        self.times = 0
        with self._changed:
            self._released = True
            self._changed.notify_all()



class Faults:
    def __init__(self):
        self.active = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, kind, on=None, method="GET", query=None, times=None, skip=0, **detail):
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        fault = Fault(next(self._numbers), kind, on, method, query, times, skip, detail)
        with self._lock:
            self.active.append(fault)
        return fault

    def clear(self, fault=None):
        """Ends one fault, or all; what they held goes on."""
        with self._lock:
            gone = [one for one in self.active if fault in (None, one)]
            self.active = [one for one in self.active if one not in gone]
        for one in gone:
            one.release()

    def take(self, request, model):
        """The first fault that is for this request, counted; None where there is none."""
        with self._lock:
            for fault in self.active:
                if fault.times == 0 or not fault.meets(request, model):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.hits += 1
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


# Each kind: function(fault, request, exchange). The exchange is server.Handler: compute(request) -> Answer, send(Answer),
# send_part(Answer, bytes), reset(), endless(), stopped (an Event).

def _slow(fault, request, exchange):
    exchange.stopped.wait(fault.detail.get("seconds", 1))
    exchange.send(exchange.compute(request))


def _hold(fault, request, exchange):
    if fault.detail.get("after"):
        answer = exchange.compute(request)
        fault.hold(exchange.stopped)
    else:
        fault.hold(exchange.stopped)
        answer = exchange.compute(request)
    exchange.send(answer)


def _reset(fault, request, exchange):
    exchange.send_part(exchange.compute(request), fault.detail.get("after", 100))
    exchange.reset()


def _truncate(fault, request, exchange):
    answer = exchange.compute(request)
    exchange.send_part(answer, fault.detail.get("after", len(answer.body) // 2))


def _status(fault, request, exchange):
    status = fault.detail.get("status", 500)
    detail = fault.detail.get("detail") or DETAILS.get(status, "An error.")
    body = {"detail": detail}
    if status >= 500:
        body = {"error": detail, "exception": "OperationalError", "netbox_version": exchange.version,
                "python_version": "3.12.1"}
    exchange.send(Answer(status, as_json(body)))


def _html(fault, request, exchange):
    exchange.send(Answer(fault.detail.get("status", 502), HTML, content_type="text/html"))


def _redirect(fault, request, exchange):
    exchange.send(Answer(fault.detail.get("status", 302), b"", {"Location": fault.detail["to"]}, "text/html"))


def _ignore(fault, request, exchange):
    for key in fault.detail["keys"]:
        request.query.pop(key, None)
    exchange.send(exchange.compute(request))


def _empty(fault, request, exchange):
    exchange.send(Answer(200, b'{"count":0,"next":null,"previous":null,"results":[]}'))


def _endless(fault, request, exchange):
    exchange.endless()


def _invalid_json(fault, request, exchange):
    exchange.send(Answer(200, fault.detail.get("body", '{"count": 1, "results": [{"id": 1, ').encode()))


def _wrong_shape(fault, request, exchange):
    exchange.send(Answer(200, json.dumps(fault.detail.get("body", {"results": "none"})).encode()))


KINDS = {"slow": _slow, "hold": _hold, "reset": _reset, "truncate": _truncate, "status": _status, "html": _html,
         "redirect": _redirect, "ignore": _ignore, "empty": _empty, "endless": _endless, "invalid_json": _invalid_json,
         "wrong_shape": _wrong_shape}
