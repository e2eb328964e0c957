#!/usr/bin/env python3
"""A tiny implementation to be measured: it knows what JOB-VAL says of user-initiated jobs, and nothing else.

It speaks the protocol of docs/adapter.md: one JSON object a line in, one out.
"""

import json
import sys

FLAG_PREFETCH, FLAG_USER_INITIATED = 4, 32
CONSTRAINT_DEVICE_IDLE = 4
PRIORITY_MAX = 500

# In the order of the checks; the first that holds is what the app hears of.
REFUSALS = [
    (lambda job: job.get("hasEarlyConstraint"), "a user-initiated job cannot have a delay"),
    (lambda job: job.get("hasLateConstraint"), "a user-initiated job cannot have a deadline"),
    (lambda job: job.get("isPeriodic"), "a user-initiated job cannot be periodic"),
    (lambda job: job["flags"] & FLAG_PREFETCH, "a user-initiated job cannot prefetch"),
    (lambda job: job.get("priority", 300) != PRIORITY_MAX, "a user-initiated job has priority MAX"),
    (
        lambda job: (job.get("constraintFlags", 0) | job.get("preferredConstraintFlags", 0))
        & CONSTRAINT_DEVICE_IDLE,
        "a user-initiated job cannot wait for an idle device",
    ),
    (lambda job: job.get("triggerContentUris"), "a user-initiated job cannot have triggers"),
    (lambda job: not job.get("requiredNetwork"), "a user-initiated job needs a network"),
]


def refusal_of(job):
    if not job.get("flags", 0) & FLAG_USER_INITIATED:
        return None
    return next((why for refuses, why in REFUSALS if refuses(job)), None)


def apply(request):
    call = request.get("call", {})
    if request["input"] != "jobScheduler" or call.get("call") != "schedule":
        return {"reply": {"Ok": {"reply": "nothing"}}}
    why = refusal_of(call["job"])
    if why:
        return {"reply": {"Err": {"exception": "IllegalArgument", "message": why}}}
    return {"reply": {"Ok": {"reply": "int", "value": 1}}}


def answer(request):
    if request["op"] == "hello":
        claims = ["JOB-VAL-%03d" % rule for rule in range(58, 65)]
        return {"protocol": 1, "claims": claims, "reasons": False}
    if request["op"] == "apply":
        return {"at": 0, **apply(request["input"])}
    if request["op"] == "nextWakeup":
        return {"millis": None}
    return []  # pass: nothing ever falls due


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
