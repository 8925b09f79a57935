"""Faults of a request, as RFC 9457 describes them: all at once, without values of the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

MEDIA_TYPE = "application/problem+json"
MOST = 1_000  # faults that are written out

TITLES = {
    400: "The request is malformed",
    401: "The API key is missing or wrong",
    404: "There is no such page",
    405: "The page does not answer this method",
    408: "The request did not arrive in time",
    413: "The request is too large",
    415: "The body is no JSON",
    422: "The rows do not fit",
    500: "The service has failed",
    503: "The service is busy",
}


@dataclass(frozen=True)
class Fault:
    """One reason: where in the body (a JSON pointer), a short code, and a sentence."""

    pointer: str
    code: str
    detail: str
    feature: str = ""  # the column, where the fault is in one


@dataclass
class Problem(Exception):  # noqa: N818
    """An answer that says what is wrong."""

    status: int
    detail: str
    faults: Sequence[Fault] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, request_id: str) -> bytes:
        """Give the answer's body."""
        content: dict[str, Any] = {
            "type": f"/openapi.json#/components/responses/Problem{self.status}",
            "title": TITLES.get(self.status, "The request cannot be answered"),
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:request:{request_id}",
        }
        if self.faults:
            listed = self.faults[:MOST]
            content["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in listed]
            content["total"] = len(self.faults)
        return orjson.dumps(content)
