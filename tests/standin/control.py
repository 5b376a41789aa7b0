# SPDX-License-Identifier: MPL-2.0
"""/standin/…: the switches from outside, for the program. No token; JSON in, JSON out.

GET    /standin/requests                    what came in;  DELETE forgets it
POST   /standin/fault    {kind, on, …}      as StandIn.fault(); answers {"fault": number}
GET    /standin/fault/<number>              {"hits", "holding"};  DELETE ends it, DELETE /standin/fault ends all
POST   /standin/release  {"fault": number}  lets held requests go
POST   /standin/refuse   {"seconds": n}     closes the port and opens it again that much later
GET    /standin/webhooks                    deliveries and how many wait
POST   /standin/webhooks {"paused": true}   and shuffled, dropped, duplicated
POST   /standin/permission {"deny": model} | {"allow": model} | {"constrain": model, "where": {field: value}}"""
import json
import threading
from dataclasses import asdict

from .api import Answer, as_json


def control(standin, method, path, body):
    """The answer to a request below /standin/."""
    name, *rest = path.removeprefix("/standin/").strip("/").split("/")
    handler = HANDLERS.get((method, name))
    try:
        if handler is None:
            return Answer(404, as_json({"detail": "no such switch"}))
        shown = handler(standin, json.loads(body or b"{}"), rest)
        shown, then = shown if isinstance(shown, tuple) else (shown, None)
        return Answer(200, as_json(shown), then=then)
    except (KeyError, TypeError, ValueError) as fault:
        return Answer(400, as_json({"detail": f"{type(fault).__name__}: {fault}"}))


def _fault(standin, number):
    return next(fault for fault in standin.faults.active if fault.number == int(number))


def _requests(standin, _sent, _rest):
    return [{**asdict(logged), "body": logged.body.decode(errors="replace")} for logged in list(standin.requests)]


def _forget(standin, _sent, _rest):
    standin.requests.clear()
    return {}


def _add_fault(standin, sent, _rest):
    return {"fault": standin.fault(sent.pop("kind"), **sent).number}


def _show_fault(standin, _sent, rest):
    fault = _fault(standin, rest[0])
    return {"hits": fault.hits, "holding": fault.holding}


def _end_fault(standin, _sent, rest):
    standin.faults.clear(_fault(standin, rest[0]) if rest else None)
    return {}


def _release(standin, sent, _rest):
    _fault(standin, sent["fault"]).release()
    return {}


def _refuse(standin, sent, _rest):
    seconds = float(sent.get("seconds", 1))

    def close_for_a_while():
        standin.refuse()
        threading.Timer(seconds, standin.listen).start()
    return {}, close_for_a_while


def _webhooks(standin, _sent, _rest):
    log = [{**asdict(one), "body": one.body.decode(errors="replace")} for one in list(standin.webhooks.log)]
    return {"deliveries": log, "waiting": standin.webhooks.waiting()}


def _switch(standin, sent, _rest):
    for key, value in sent.items():
        if not hasattr(standin.webhooks.switches, key):
            raise ValueError(f"no such switch: {key}")
        setattr(standin.webhooks.switches, key, bool(value))
    standin.webhooks.wake()
    return {}


def _permission(standin, sent, _rest):
    if "constrain" in sent:
        standin.constrain(sent["constrain"], sent.get("where"))
    elif "allow" in sent:
        standin.allow(sent["allow"])
    else:
        standin.deny(sent["deny"], sent.get("action", "view"))
    return {}


HANDLERS = {
    ("GET", "requests"): _requests, ("DELETE", "requests"): _forget, ("POST", "fault"): _add_fault,
    ("GET", "fault"): _show_fault, ("DELETE", "fault"): _end_fault, ("POST", "release"): _release, ("POST", "refuse"): _refuse,
    ("GET", "webhooks"): _webhooks, ("POST", "webhooks"): _switch, ("POST", "permission"): _permission,
}
