"""What an execution's history tells: the steps with their decisions, the weights, the lag, the certificate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.report.model import LagSample, Outcome, Step, WeightChange


@dataclass
class Story:
    """An execution, in seconds since the start of the run."""

    steps: list[Step] = field(default_factory=list)
    weights: list[WeightChange] = field(default_factory=list)
    lag: list[LagSample] = field(default_factory=list)
    certificates: list[dict[str, Any]] = field(default_factory=list)
    """Of each switch, in order: the first goes to the target, the next back, and so on."""

    def followed_by(self, later: Story) -> Story:
        """Both as one: the later one went on where this one ended."""
        return Story(
            steps=[*self.steps, *later.steps],
            weights=[*self.weights, *later.weights],
            lag=[*self.lag, *later.lag],
            certificates=[*self.certificates, *later.certificates],
        )

    @property
    def certificate(self) -> dict[str, Any]:
        """Of the last switch; empty where there was none."""
        return self.certificates[-1] if self.certificates else {}

    def read_weights(self) -> list[WeightChange]:
        return [change for change in self.weights if change.record == "read"]


def tell(
    events: Sequence[dict[str, Any]], *, started: datetime, read_record: str, machine: str = ""
) -> Story:
    """The story of a history in order. Waits and choices are left out: the steps between them decide.

    machine: whose history it is.
    """
    story = Story()
    by_id = {event["id"]: event for event in events}
    open_steps: dict[str, float] = {}
    for event in events:
        at = (event["timestamp"] - started).total_seconds()
        if event["type"] == "TaskStateEntered":
            open_steps[event["stateEnteredEventDetails"]["name"]] = at
        elif event["type"] == "TaskSucceeded":
            payload = _payload(event["taskSucceededEventDetails"].get("output", "{}"))
            name = _state_of(event, by_id)
            story.steps.append(_step(name, machine, open_steps.get(name, at), at, payload))
            _note(story, payload, started=started, read_record=read_record)
        elif event["type"] in {"TaskFailed", "TaskTimedOut", "LambdaFunctionFailed"}:
            details = (
                event.get("taskFailedEventDetails") or event.get("taskTimedOutEventDetails") or {}
            )
            name = _state_of(event, by_id)
            reason = f"{details.get('error', '')}: {_message(details.get('cause', ''))}"
            story.steps.append(
                Step(
                    name=name,
                    machine=machine,
                    started=open_steps.get(name, at),
                    ended=at,
                    outcome="failed",
                    reason=reason,
                )
            )
    return story


def _step(name: str, machine: str, started: float, ended: float, payload: dict[str, Any]) -> Step:
    words = (payload[key] for key in ("action", "course", "side") if key in payload)
    decision = str(next(words, ""))
    waits = decision in {"hold", "bake", "wait"} or payload.get("complete") is False
    outcome: Outcome = "waited" if waits else "done"
    return Step(
        name=name,
        machine=machine,
        started=started,
        ended=ended,
        outcome=outcome,
        decision=decision,
        reason=str(payload.get("reason") or payload.get("note") or ""),
    )


def _note(story: Story, payload: dict[str, Any], *, started: datetime, read_record: str) -> None:
    if "expected" in payload and "changed_at" in payload:
        at = _seconds(payload["changed_at"], started)
        story.weights += [
            WeightChange(
                time=at,
                record="read" if record["name"] == read_record else "write",
                weight=record["target"],
            )
            for record in payload["expected"]
        ]
    if "measured_at" in payload:
        at = _seconds(payload["measured_at"], started)
        story.lag.append(LagSample(time=at, seconds=payload["seconds"]))
    if "token" in payload:
        story.certificates.append(payload)


def _seconds(text: str, started: datetime) -> float:
    return (datetime.fromisoformat(text) - started).total_seconds()


def _payload(output: str) -> dict[str, Any]:
    payload = json.loads(output).get("Payload")
    return payload if isinstance(payload, dict) else {}


def _message(cause: str) -> str:
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return cause


def _state_of(event: dict[str, Any], by_id: dict[int, dict[str, Any]]) -> str:
    """The state an event belongs to: the nearest one entered before it, along the events' own chain."""
    current: dict[str, Any] | None = event
    while current is not None:
        if "stateEnteredEventDetails" in current:
            return str(current["stateEnteredEventDetails"]["name"])
        current = by_id.get(current.get("previousEventId", 0))
    return "?"


def newest_state(events: Iterable[dict[str, Any]]) -> str:
    """The name of the state that was entered last; events newest first."""
    for event in events:
        if "stateEnteredEventDetails" in event:
            return str(event["stateEnteredEventDetails"]["name"])
    return ""
