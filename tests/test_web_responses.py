"""Handlers of a web server as functions: which one a request goes to, and what files are answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.system.web_responses import match_path
from lispcore.values.printing import print_value

APP = """(define app (http/router
  [[:static "/files" "public"]
   [:get "/users/:id/:part" (fn (r) (http/ok (:params r)))]
   [:post "/users" (fn (r) (http/created (:json r)))]
   [:any "/echo/*" (fn (r) (http/text (:* (:params r))))]
   [:get "/*" (fn (r) (http/html "home"))]]))"""


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(APP + program))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("/", "/", {}),
        ("/a", "/a/", {}),
        ("/a", "/b", None),
        ("/a", "/a/b", None),
        ("/:x/b", "/7/b", {"x": "7"}),
        ("/a/*", "/a", {"*": ""}),
        ("/a/*", "/a/b/c", {"*": "b/c"}),
        ("/*", "/", {"*": ""}),
        ("/a/:x", "/a", None),
    ],
)
def test_patterns(pattern: str, path: str, found: dict[str, str] | None) -> None:
    assert match_path(pattern, path) == found


def test_the_first_route_that_fits_answers() -> None:
    assert run('(:body (app {:method :get :path "/users/7/name" :params {:q "1"}}))') == (
        '"{\\"id\\":\\"7\\",\\"part\\":\\"name\\",\\"q\\":\\"1\\"}"'
    )
    assert run('(:status (app {:method :post :path "/users" :json {:a 1}}))') == "201"
    assert run('(:body (app {:method :delete :path "/echo/a/b"}))') == '"a/b"'
    assert run('(:body (app {:method :get :path "/other"}))') == '"home"'
    assert run('(:status (app {:method :put :path "/other"}))') == "404"


def test_files_below_their_folder_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("public/sub").mkdir(parents=True)
    Path("secret.txt").write_text("secret")
    Path("public/a.css").write_text("p {}")
    Path("public/sub/index.html").write_text("<p>hi")
    Path("public/link.txt").symlink_to("../secret.txt")
    get = '(app {{:method :get :path "/files/{}"}})'
    assert run(f"(:headers {get.format('a.css')})") == '{"content-type" "text/css"}'
    assert run(f"(utf8->string (:body {get.format('sub')}))") == '"<p>hi"'
    assert run(f"(:status {get.format('../secret.txt')})") == "400"
    assert run(f"(:status {get.format('link.txt')})") == "403"
    assert run(f"(:body {get.format('none.txt')})") == '"home"'


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("(http/router [[:get 5 first]])", "string"),
        ('(http/router [[:get "/"]])', "a method, a pattern and a handler"),
        ('(http/router [[:get "/" 5]])', "function"),
        ("(app 5)", "map"),
        ('(app {:method "get" :path "/"})', "a keyword as :method"),
        ('(http/redirect "/a\\nb")', "control characters"),
    ],
)
def test_mistakes_are_said(program: str, reason: str) -> None:
    with pytest.raises(LispError, match=reason):
        run(program)
