"""The preflight's calls of AWS APIs; each only describes or lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cutover.preflight.check import Answer, Call, Row, Rows, Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient


class AwsQuestions:
    """All services, by clients that are made when first needed. It never raises: what fails is not answered."""

    def __init__(self, client: Callable[[str], Any], *, names: Mapping[str, str]) -> None:
        self._client = client
        self._names = names
        self._answers: dict[Call, Answer] = {}

    def ask(self, question: Call) -> Answer:
        """The rows, or why there are none. Asked once: `given` calls are wanted by several."""
        if question not in self._answers:
            self._answers[question] = self._asked(question)
        return self._answers[question]

    def _asked(self, question: Call) -> Answer:
        names = dict(self._names)
        for name, call, key in question.given:
            answer = self.ask(call)
            if isinstance(answer, Unanswered):
                return answer
            if not answer:
                return Unanswered(
                    reason=f"{call.operation} found nothing to ask {question.operation} about"
                )
            names[name] = str(answer[0][key])
        request = {key: _filled(value, names) for key, value in question.request}
        try:
            rows = self._called(question, request)
        except (ClientError, BotoCoreError) as error:  # before the line: only asked
            return Unanswered(reason=f"{question.service} {question.operation}: {error}")
        if question.where is None:
            return rows
        key, wanted = question.where[0], _filled(question.where[1], names)
        return tuple(row for row in rows if row.get(key) == wanted)

    def _called(self, question: Call, request: dict[str, Any]) -> Rows:
        client = self._client(question.service)
        if client.can_paginate(question.operation):
            pages = client.get_paginator(question.operation).paginate(**request)
            rows: list[Row] = [row for page in pages for row in page.get(question.answer, [])]
            return tuple(rows)
        return tuple(getattr(client, question.operation)(**request).get(question.answer, []))


class PreflightFunction:
    """The same checks in the VPC, where the source can be reached. It never raises: what fails is not answered."""

    def __init__(self, client: LambdaClient, *, name: str) -> None:
        self._client = client
        self._name = name

    def ask(self, event: Mapping[str, Any]) -> dict[str, Any] | Unanswered:
        """The document that the function answers with."""
        try:
            answer = self._client.invoke(FunctionName=self._name, Payload=json.dumps(event))
            payload = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:  # before the line: only asked
            return Unanswered(reason=f"the function {self._name}: {error}")
        document: dict[str, Any] = json.loads(payload)
        if answer.get("FunctionError"):
            return Unanswered(
                reason=f"the function {self._name}: {document.get('errorMessage', 'failed')}"
            )
        return document


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    return value.format_map(names) if isinstance(value, str) else value
