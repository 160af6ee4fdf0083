"""Proofs of who asks, for models behind clouds: Amazon's signatures and Google's tokens.

The libraries are `pip install 'lispcore[cloud]'`, and loaded when a request needs them. They find
the account as their vendors' own tools do: variables, files of profiles, the machine's role.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lispcore.llm.catalog import AWS, AWS_REGION
from lispcore.llm.failures import InvalidRequest, ModelError
from lispcore.llm.http import HttpRequest

if TYPE_CHECKING:
    import httpx

_REGION: Final = re.compile(r"^https://[a-z0-9-]+\.([a-z]{2}(?:-[a-z]+)+-\d)\.")
_SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)
# What a signature is made over; whatever a client adds on its way stays out of it.
_ACCOUNT: Final = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
_SIGNED: Final = ("content-type",)


class CloudSignatures:
    """Makes the headers that prove who asks; keeps what it has found out about the account."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._lock = threading.Lock()
        self._amazon: Any = None
        self._google: Any = None

    def headers_for(
        self, request: HttpRequest, signs: str, client: httpx.Client
    ) -> list[tuple[str, str]]:
        """Returns the headers for a request; raises `ModelError` where nobody is known to ask."""
        with self._lock:
            return self._amazons(request) if signs == AWS else self._googles(client)

    def _amazons(self, request: HttpRequest) -> list[tuple[str, str]]:
        try:
            from botocore.auth import SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
            from botocore.exceptions import BotoCoreError
            from botocore.session import Session
        except ImportError:
            raise _missing("Amazon Bedrock") from None
        try:
            if self._amazon is None:
                self._amazon = (
                    self._named(Credentials)
                    or Session(profile=self._variables.get("AWS_PROFILE")).get_credentials()
                )
            found = self._amazon
            frozen = None if found is None else found.get_frozen_credentials()
        except BotoCoreError as error:
            raise _unknown("AWS", str(error)) from None
        if frozen is None:
            raise _unknown("AWS", "")
        signed = AWSRequest(
            request.method,
            request.url,
            {name: value for name, value in request.headers if name.lower() in _SIGNED},
            request.body,
        )
        SigV4Auth(frozen, "bedrock", region_of(request.url, self._variables)).add_auth(signed)
        made = {name.lower(): str(value) for name, value in signed.headers.items()}
        return [(name, value) for name, value in made.items() if name not in _SIGNED]

    def _named(self, credentials: Any) -> Any:
        """Returns the account that the variables name, None for none."""
        given = [self._variables.get(f"AWS_{each}") for each in _ACCOUNT]
        return credentials(*given) if given[0] and given[1] else None

    def _googles(self, client: httpx.Client) -> list[tuple[str, str]]:
        try:
            import google.auth
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            raise _missing("Vertex AI") from None
        try:
            if self._google is None:
                self._google, _ = google.auth.default(scopes=_SCOPES)
            if not self._google.valid:
                self._google.refresh(_transport(client))
        except GoogleAuthError as error:
            raise _unknown("Google Cloud", str(error)) from None
        return [("authorization", f"Bearer {self._google.token}")]

    def secrets(self) -> list[str]:
        """Returns what no reply may repeat."""
        token = getattr(self._google, "token", None)
        return [token] if isinstance(token, str) and token else []


# Whose servers a signature may go to beside the configured one.
_CLOUDS: Final = {
    AWS: re.compile(r"https://bedrock-runtime(-fips)?\.[a-z0-9-]+\.amazonaws\.com/"),
    "google": re.compile(r"https://([a-z0-9-]+-)?aiplatform\.googleapis\.com/"),
}


def is_of_cloud(url: str, signs: str) -> bool:
    """Tells whether an address is one of a cloud's own, in whatever region."""
    return signs in _CLOUDS and bool(_CLOUDS[signs].match(url))


def region_of(url: str, variables: Mapping[str, str]) -> str:
    """Returns the region that a request goes to: its address names it, or the environment."""
    found = _REGION.match(url)
    if found:
        return found[1]
    named = (variables.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
    return next((each for each in named if each), AWS_REGION)


def _transport(client: httpx.Client) -> Any:
    """Returns what Google's library sends its own requests with: our client."""

    class Response:
        def __init__(self, answer: httpx.Response) -> None:
            self._answer = answer

        status = property(lambda self: self._answer.status_code)
        headers = property(lambda self: self._answer.headers)
        data = property(lambda self: self._answer.content)

    class Send:
        def __call__(
            self,
            url: str,
            method: str = "GET",
            body: Any = None,
            headers: Any = None,
            timeout: float | None = 60.0,
            **_: Any,
        ) -> Response:
            import httpx
            from google.auth.exceptions import TransportError

            try:
                answer = client.request(method, url, content=body, headers=headers, timeout=timeout)
            except httpx.HTTPError as error:
                raise TransportError(str(error)) from error
            return Response(answer)

    return Send()


def _missing(title: str) -> InvalidRequest:
    return InvalidRequest(
        f"{title} wants requests that are signed, and the library for that is not installed",
        advice="pip install 'lispcore[cloud]'",
    )


def _unknown(title: str, why: str) -> ModelError:
    return ModelError(
        f"no account of {title} is known here" + (f": {why}" if why else ""),
        type="missing-key",
        advice={
            "AWS": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or "
            "AWS_BEARER_TOKEN_BEDROCK",
            "Google Cloud": "run `gcloud auth application-default login`, or set "
            "GOOGLE_APPLICATION_CREDENTIALS",
        }[title],
    )
